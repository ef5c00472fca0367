import { randomBytes } from 'node:crypto';

import { SecretKey } from '@org/core';
import { FakeClock } from '@org/core/testing';
import type { SmsMessage } from '@org/notification';
import { InMemoryMessageProvider } from '@org/notification/testing';
import { describe, expect, it } from 'vitest';

import { Courier } from '../../src/internal/delivery/courier.ts';
import { encryptPayload } from '../../src/internal/delivery/delivery-util.ts';
import { PushFanOut } from '../../src/internal/delivery/push-fan-out.ts';
import { accountId, context } from '../services.ts';

describe(Courier, () => {
  it('drops a message whose life ends while it is being prepared', async () => {
    const clock = new FakeClock();
    const secretKey = SecretKey.create({ current: randomBytes(32) });
    const sms = new InMemoryMessageProvider<SmsMessage>();
    const courier = new Courier({
      preferences: {
        findAccountNotificationPreferencesByAccountId: async () => {
          clock.advance(1_000);
          return undefined;
        },
      },
      pushFanOut: new PushFanOut({
        provider: undefined,
        targets: {
          findPushTargetsByAccountId: async () => [],
          deletePushSubscription: async () => undefined,
        },
      }),
      providers: { sms },
      secretKey,
      clock,
      sendTimeLimitMilliseconds: 1_000,
    });
    const data = { title: 'News', text: 'Read.' };

    const outcome = await courier.deliver(
      {
        id: '64b0000000000000000000de',
        accountId,
        channel: 'sms',
        topic: 'announcement',
        attempts: 1,
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
