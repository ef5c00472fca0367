import { randomBytes } from 'node:crypto';

import { OperationContext, SecretKey } from '@org/core';
import type { Database } from '@org/core/store';
import {
  FakeClock,
  RecordingAuditTrail,
  ReusedDatabases,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { noEvents, type EventPublisher } from '@org/events';
import {
  NotificationService,
  type EmailMessage,
  type MessageDefinitions,
  type MessageProviders,
  type NotificationSettings,
  type PushMessage,
  type SmsMessage,
} from '@org/notification';
import { InMemoryMessageProvider } from '@org/notification/testing';
import { ObjectId, type Collection, type Document } from 'mongodb';
import { afterAll, inject } from 'vitest';

export const context = OperationContext.anonymous('request-1');
export const accountId = '64b000000000000000000001';
export const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };

const COLLECTIONS = [
  'account_notification_preferences',
  'notification_deliveries',
  'notice_windows',
  'push_subscriptions',
];

export interface TestServices {
  readonly throwaway: ThrowawayDatabase;
  readonly notification: NotificationService;
  readonly clock: FakeClock;
  readonly audit: RecordingAuditTrail;
  readonly secretKey: SecretKey;
  readonly email: InMemoryMessageProvider<EmailMessage>;
  readonly sms: InMemoryMessageProvider<SmsMessage>;
  readonly push: InMemoryMessageProvider<PushMessage>;
  readonly deliveries: Collection;
  /** Commands sent to MongoDB so far, by name. */
  readonly commands: { readonly name: string; readonly command: Record<string, unknown> }[];
  /** What the worker complained of. */
  readonly errors: unknown[];
  readonly findDelivery: (deliveryId: string) => Promise<Document | null>;
  /** Empties the collections and forgets what was sent and recorded. */
  readonly reset: () => Promise<void>;
}

export interface TestServicesOptions {
  readonly settings?: NotificationSettings;
  /** Listens on the same database. Default: nobody. */
  readonly eventsOn?: (database: Database, clock: FakeClock) => EventPublisher;
  /** Instead of those in memory. */
  readonly providers?: MessageProviders;
  readonly messages?: MessageDefinitions;
}

const databases = new ReusedDatabases();
afterAll(() => databases.drop({ uri: inject('mongodbUri') }));

/** The notification module on a database of its own, with providers in memory. */
export async function createServices(options: TestServicesOptions = {}): Promise<TestServices> {
  const clock = new FakeClock();
  const throwaway = await databases.connect({
    uri: inject('mongodbUri'),
    clock,
    monitorCommands: true,
  });
  const audit = new RecordingAuditTrail();
  const secretKey = SecretKey.create({ current: randomBytes(32) });
  const email = new InMemoryMessageProvider<EmailMessage>();
  const sms = new InMemoryMessageProvider<SmsMessage>();
  const push = new InMemoryMessageProvider<PushMessage>();
  const errors: unknown[] = [];
  const notification = NotificationService.create({
    ...options.messages,
    database: throwaway.database,
    audit,
    secretKey,
    clock,
    providers: { email, sms, push, ...options.providers },
    settings: options.settings ?? {},
    events: options.eventsOn?.(throwaway.database, clock) ?? noEvents,
    onDeliveryError: (error) => errors.push(error),
  });
  await notification.initialize();
  const deliveries = throwaway.database.collection('notification_deliveries');
  const commands: TestServices['commands'] = [];
  throwaway.database.client.on('commandStarted', ({ commandName: name, command }) =>
    commands.push({ name, command }),
  );
  return {
    throwaway,
    notification,
    clock,
    audit,
    secretKey,
    email,
    sms,
    push,
    deliveries,
    commands,
    errors,
    findDelivery: (deliveryId) => deliveries.findOne({ _id: new ObjectId(deliveryId) }),
    reset: async () => {
      for (const name of COLLECTIONS) {
        await throwaway.database.collection(name).deleteMany({});
      }
      for (const provider of [email, sms, push]) {
        provider.sent.length = 0;
        provider.failure = undefined;
      }
      audit.events.length = 0;
      commands.length = 0;
    },
  };
}

/** Queues a one-time password. */
export function sendOtp(
  notification: NotificationService,
  code = '314159',
): Promise<{ deliveryId: string }> {
  return notification.sendSmsForAccount(
    { accountId, phoneNumber, topic: 'one-time-password', data: { code, minutes: 5 } },
    context,
  );
}

/** Queues an announcement by mail, which can be switched off. */
export function announce(
  notification: NotificationService,
  title = 'News',
  emailAddress = 'ada@example.org',
): Promise<{ deliveryId: string }> {
  return notification.sendEmailForAccount(
    { accountId, emailAddress, topic: 'announcement', data: { title, text: 'Read all about it.' } },
    context,
  );
}
