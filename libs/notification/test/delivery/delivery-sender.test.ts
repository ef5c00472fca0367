import { randomBytes } from 'node:crypto';

import { SecretKey } from '@org/core';
import { FakeClock } from '@org/core/testing';
import type { SmsMessage } from '@org/notification';
import { InMemoryMessageProvider } from '@org/notification/testing';
import { describe, expect, it } from 'vitest';

import { DeliverySender } from '../../src/internal/delivery/delivery-sender.ts';
import { encryptPayload } from '../../src/internal/delivery/delivery-util.ts';
import { MessageRenderer } from '../../src/internal/topic/rendering.ts';
import { accountId, context } from '../services.ts';

describe(DeliverySender, () => {
  it('drops a message whose life ends while it is being prepared', async () => {
    const clock = new FakeClock();
    const secretKey = SecretKey.create({ current: randomBytes(32) });
    const sms = new InMemoryMessageProvider<SmsMessage>();
    const sender = new DeliverySender({
      preferencesReader: {
        findAccountNotificationPreferencesByAccountId: async () => {
          clock.advance(1_000);
          return undefined;
        },
      },
      subscriptions: {
        reader: { findPushTargetsByAccountId: async () => [] },
        writer: { deletePushSubscription: async () => undefined },
      },
      providers: { sms },
      secretKey,
      clock,
      messages: new MessageRenderer(),
      settings: { sendTimeLimitMilliseconds: 1_000 },
    });
    const data = { title: 'News', text: 'Read.' };

    const outcome = await sender.sendDelivery(
      {
        id: '64b0000000000000000000de',
        accountId,
        channel: 'sms',
        topic: 'announcement',
        attempts: 1,
        leaseId: null,
        expiresAt: new Date(clock.now().getTime() + 1_000),
        encryptedPayload: encryptPayload({ recipient: '+919999999999', data }, secretKey),
        deliveredTo: [],
        repetition: undefined,
      },
      new AbortController().signal,
      context,
    );

    expect(outcome).toMatchObject({ kind: 'expired' });
    expect(sms.sent).toEqual([]);
  });
});
