// A worker that delivers by webhook until it is killed.
import { SecretKey } from '@org/core';
import { Database } from '@org/core/store';
import { RecordingAuditTrail } from '@org/core/testing';
import { createSmsProvider, NotificationService } from '@org/notification';

const [uri = '', databaseName = '', secret = '', url = ''] = process.argv.slice(2);
const database = await Database.connect({ uri, databaseName });
const notification = NotificationService.create({
  database,
  audit: new RecordingAuditTrail(),
  secretKey: SecretKey.create({ current: Buffer.from(secret, 'base64') }),
  providers: { sms: createSmsProvider({ kind: 'webhook', url }) },
  settings: {
    // One at a time, so that a kill catches one message at most.
    deliveryConcurrency: 1,
    reservedConcurrency: 0,
    leaseMilliseconds: 3_000,
    sendTimeLimitMilliseconds: 2_500,
    pollIntervalMilliseconds: 50,
  },
});
notification.startDelivery();
