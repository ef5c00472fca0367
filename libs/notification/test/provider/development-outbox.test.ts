import { randomBytes } from 'node:crypto';

import { SecretKey } from '@org/core';
import {
  createThrowawayDatabase,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { DevelopmentOutboxService, NotificationService } from '@org/notification';
import { runMessageProviderSuite } from '@org/notification/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { accountId, context, phoneNumber } from '../services.ts';

let throwaway: ThrowawayDatabase;
const lines: string[] = [];

function createOutbox(maximumMessages = 200): DevelopmentOutboxService {
  return DevelopmentOutboxService.create({
    database: throwaway.database,
    audit: new RecordingAuditTrail(),
    report: (line) => lines.push(line),
    maximumMessages,
  });
}

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  await createOutbox().initialize();
});
beforeEach(async () => {
  await throwaway.database.collection('development_outbox').deleteMany({});
  lines.length = 0;
});
afterAll(async () => {
  await throwaway.remove();
});

const email = { to: 'ada@example.org', subject: 'Hello', text: 'Plain.', html: '<p>Rich.</p>' };
const sms = { to: '+919999999999', text: 'Your code is 314159.' };
const push = {
  endpoint: 'https://push.example.org/1',
  keys: { p256dh: '', auth: '' },
  title: 'Hello',
  body: 'There.',
};
const options = {
  deliveryId: '64b000000000000000000001',
  timeToLiveSeconds: 300,
  signal: new AbortController().signal,
};

function whatMailsHave(outbox: DevelopmentOutboxService) {
  const headers = async () =>
    (await outbox.getMessages(context)).map((message) => message.headers ?? {});
  return {
    acceptedHeaders: headers,
    acceptedSenders: async () =>
      (await headers()).map(({ From: name = '', 'Reply-To': replyTo = '' }) => ({ name, replyTo })),
  };
}

for (const [channel, message] of Object.entries({ email, sms, push })) {
  runMessageProviderSuite<object>(`The development outbox for ${channel}`, {
    failures: [],
    start: async () => {
      const outbox = createOutbox();
      return {
        provider: outbox.providers[channel as 'email'],
        message,
        secrets: [],
        accepted: async () =>
          (await outbox.getMessages(context)).map(({ deliveryId }) => deliveryId),
        ...(channel === 'email' ? whatMailsHave(outbox) : {}),
        behave: () => undefined,
        stop: async () => undefined,
      };
    },
  });
}

describe(DevelopmentOutboxService, () => {
  it('keeps what was sent on all channels, newest first', async () => {
    const { providers } = createOutbox();
    await providers.email.send(email, options);
    await providers.sms.send(sms, options);
    await providers.push.send(push, options);

    // Another process shows them.
    expect(await createOutbox().getMessages(context)).toMatchObject([
      { channel: 'push', recipient: 'https://push.example.org/1', subject: 'Hello', html: null },
      { channel: 'sms', recipient: '+919999999999', subject: null, text: 'Your code is 314159.' },
      { channel: 'email', recipient: 'ada@example.org', text: 'Plain.', html: '<p>Rich.</p>' },
    ]);
  });

  it('says in a line to whom each goes, and not what it says', async () => {
    const { providers } = createOutbox();
    await providers.email.send(email, options);
    await providers.sms.send(sms, options);

    expect(lines).toEqual(['email to ada@example.org: Hello', 'sms to +919999999999']);
  });

  it('keeps nothing of an account that is erased', async () => {
    const { providers } = createOutbox();
    const { database } = throwaway;
    const secretKey = SecretKey.create({ current: randomBytes(32) });
    const audit = new RecordingAuditTrail();
    const notification = NotificationService.create({ database, audit, secretKey, providers });
    await notification.initialize();
    for (const id of [accountId, '64b000000000000000000002']) {
      const message = { phoneNumber, topic: 'one-time-password' } as const;
      const data = { code: '314159', seconds: 300, minutes: 5 };
      await notification.sendSmsForAccount({ accountId: id, ...message, data }, context);
    }
    await notification.deliverDueMessages();
    const erasure = { signal: new AbortController().signal, forget: async () => undefined };

    await notification.deleteNotificationDataByAccountId({ accountId }, erasure, context);

    const kept = await database.collection('development_outbox').find().toArray();
    expect(kept).toMatchObject([{ account_id: '64b000000000000000000002' }]);
  });

  it('keeps so many and no more', async () => {
    const outbox = createOutbox(3);
    for (const text of ['1', '2', '3', '4', '5']) {
      await outbox.providers.sms.send({ ...sms, text }, options);
    }

    expect((await outbox.getMessages(context)).map(({ text }) => text)).toEqual(['5', '4', '3']);
  });
});
