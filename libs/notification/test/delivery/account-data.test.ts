import { collect } from '@org/core/testing';
import { ProviderError } from '@org/notification';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  announce,
  context,
  createServices,
  phoneNumber,
  sendOtp,
  type TestServices,
} from '../services.ts';

let services: TestServices;
let notification: TestServices['notification'];

beforeAll(async () => {
  services = await createServices();
  notification = services.notification;
});
beforeEach(async () => {
  await services.reset();
});
afterAll(async () => {
  await services.throwaway.remove();
});

describe('the data of an account', () => {
  const others = '64b000000000000000000002';

  it('is no longer sent anything after it was dropped', async () => {
    services.sms.failure = new ProviderError('Vendor answered 400.');
    await sendOtp(notification);
    await notification.deliverDueMessages();
    services.sms.failure = undefined;
    await announce(notification);
    await notification.sendSmsForAccount(
      {
        accountId: others,
        phoneNumber,
        topic: 'one-time-password',
        data: { code: '1', minutes: 5 },
      },
      context,
    );

    expect(await notification.dropQueuedDeliveriesByAccountId({ accountId }, context)).toBe(2);
    await notification.deliverDueMessages();

    const dropped = await services.deliveries.find({ account_id: accountId }).toArray();
    expect(dropped.map(({ status }) => status as string)).toEqual(['dropped', 'dropped']);
    expect(dropped.some((delivery) => 'payload' in delivery)).toBe(false);
    expect([services.email.sent.length, services.sms.sent.length]).toEqual([0, 1]);
  });

  it('stays queued when the transaction that drops it fails', async () => {
    await announce(notification);

    await services.throwaway.database
      .withTransaction(context, async (transaction) => {
        await notification.dropQueuedDeliveriesByAccountId({ accountId }, transaction);
        throw new Error('changed my mind');
      })
      .catch(() => undefined);

    expect(await notification.deliverDueMessages()).toBe(1);
  });

  it('is exported without what is confidential', async () => {
    const topics = { announcement: { email: false } };
    await notification.createOrUpdateAccountNotificationPreferences({ accountId, topics }, context);
    await sendOtp(notification, '271828');

    const exported = await exportData();

    const now = services.clock.now().toISOString();
    expect(exported).toEqual({
      notification_preferences: {
        email_enabled: true,
        push_enabled: true,
        sms_enabled: true,
        topics,
        created_at: now,
        updated_at: now,
      },
      push_subscriptions: [],
      notification_deliveries: [
        {
          channel: 'sms',
          topic: 'one-time-password',
          status: 'queued',
          created_at: now,
          updated_at: now,
        },
      ],
    });
  });

  it('is gone after it was deleted', async () => {
    await notification.createOrUpdateAccountNotificationPreferences({ accountId }, context);
    await sendOtp(notification);
    await notification.sendPushForAccount(
      { accountId: others, topic: 'password-changed', data: {} },
      context,
    );

    const erasure = { signal: new AbortController().signal, forget: async () => undefined };
    await notification.deleteNotificationDataByAccountId({ accountId }, erasure, context);

    expect(await exportData()).toEqual({
      notification_preferences: null,
      push_subscriptions: [],
      notification_deliveries: [],
    });
    expect(await services.deliveries.countDocuments()).toBe(1);
  });
});

/** With the deliveries of all pages. */
async function exportData(): Promise<object> {
  const exported = await notification.exportNotificationDataByAccountId({ accountId }, context);
  const pages = exported['notification_deliveries'] as AsyncIterable<readonly object[]>;
  return { ...exported, notification_deliveries: (await collect(pages)).flat() };
}
