import {
  AccountNotificationPreferencesNotFoundError,
  NotificationService,
  type TopicPreferences,
} from '@org/notification';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { invoicePaid } from './invoice-paid.ts';
import { accountId, context, createServices, type TestServices } from './services.ts';

let services: TestServices;
let notification: NotificationService;
let clock: TestServices['clock'];

beforeAll(async () => {
  services = await createServices({ messages: { topics: [invoicePaid] } });
  ({ notification, clock } = services);
});
beforeEach(async () => {
  await preferences().deleteMany({});
});
afterAll(async () => {
  await services.throwaway.remove();
});

function preferences() {
  return services.throwaway.database.collection('account_notification_preferences');
}

describe(NotificationService, () => {
  it('creates preferences that are all true', async () => {
    const created = await notification.createOrUpdateAccountNotificationPreferences(
      { accountId },
      context,
    );

    expect(created).toEqual({
      accountId,
      emailEnabled: true,
      pushEnabled: true,
      smsEnabled: true,
      createdAt: clock.now(),
      updatedAt: clock.now(),
    });
    expect(await preferences().findOne()).toMatchObject({
      account_id: accountId,
      email_enabled: true,
      push_enabled: true,
      sms_enabled: true,
      active: true,
    });
  });

  it('changes the given flags and keeps the others', async () => {
    await notification.createOrUpdateAccountNotificationPreferences(
      { accountId, smsEnabled: false },
      context,
    );
    clock.advance(1_000);

    const changed = await notification.createOrUpdateAccountNotificationPreferences(
      { accountId, pushEnabled: false },
      context,
    );

    expect(changed).toMatchObject({ emailEnabled: true, pushEnabled: false, smsEnabled: false });
    expect(changed.updatedAt).toEqual(clock.now());
    expect(await preferences().countDocuments()).toBe(1);
  });

  it('finds the preferences of an account', async () => {
    const created = await notification.createOrUpdateAccountNotificationPreferences(
      { accountId },
      context,
    );

    expect(
      await notification.getAccountNotificationPreferencesByAccountId({ accountId }, context),
    ).toEqual(created);
  });

  it('says so when an account has none', async () => {
    const reading = notification.getAccountNotificationPreferencesByAccountId(
      { accountId },
      context,
    );

    await expect(reading).rejects.toThrow(AccountNotificationPreferencesNotFoundError);
    await expect(reading).rejects.toMatchObject({ code: 'NOTIFICATION_ERR_01', httpStatus: 404 });
  });

  it('keeps what is set of topics at the same time, and audits it', async () => {
    const set = (topics: Record<string, TopicPreferences>) =>
      notification.createOrUpdateAccountNotificationPreferences({ accountId, topics }, context);
    await notification.createOrUpdateAccountNotificationPreferences({ accountId }, context);
    services.audit.events.length = 0;

    await Promise.all([
      set({ announcement: { email: false } }),
      set({ announcement: { sms: false }, 'billing.invoice-paid': {} }),
      set({ 'billing.invoice-paid': { push: false } }),
    ]);

    const { topics } = await notification.getAccountNotificationPreferencesByAccountId(
      { accountId },
      context,
    );
    expect(topics).toEqual({
      announcement: { email: false, sms: false },
      'billing.invoice-paid': { push: false },
    });
    expect(services.audit.events.map(({ changes }) => Object.keys(changes ?? {}))).toEqual(
      Array(3).fill(['topics']),
    );
  });

  it.each(['password-changed', 'gossip', 'billing', '__proto__'])(
    'stores nothing about the topic %s, which nobody can switch off',
    async (topic) => {
      const topics = Object.fromEntries([[topic, { email: false }]]);

      await expect(
        notification.createOrUpdateAccountNotificationPreferences({ accountId, topics }, context),
      ).rejects.toMatchObject({ code: 'NOTIFICATION_ERR_02' });
      expect(await preferences().countDocuments()).toBe(0);
    },
  );

  it.each<Record<string, object>>([{}, { announcement: {} }, { announcement: { emial: false } }])(
    'stores nothing for topics without a known flag: %j',
    async (topics) => {
      await expect(
        notification.createOrUpdateAccountNotificationPreferences({ accountId, topics }, context),
      ).rejects.toMatchObject({
        code: 'NOTIFICATION_ERR_02',
        message: 'At least one preference field must be provided: no topic has a known flag.',
      });
      expect(await preferences().countDocuments()).toBe(0);
    },
  );

  it.each([null, 'none', [{}], { announcement: null }, { announcement: 'off' }])(
    'takes topics that another program stored as %j for none, and repairs them',
    async (topics) => {
      const owner = { accountId };
      await notification.createOrUpdateAccountNotificationPreferences(owner, context);
      await preferences().updateOne({}, { $set: { topics } }, { bypassDocumentValidation: true });

      const before = await notification.getAccountNotificationPreferencesByAccountId(
        owner,
        context,
      );
      const subscription = { accountId, topic: 'announcement' };
      await notification.mailSubscriptions.endMailSubscription(subscription, context);

      expect(Object.values(before.topics ?? {})).toEqual([]);
      expect(await preferences().find().toArray()).toMatchObject([
        { topics: { announcement: { email: false } } },
      ]);
    },
  );

  it('keeps what is well-formed of preferences that another program left malformed', async () => {
    const { insertedId } = await preferences().insertOne(
      {
        account_id: accountId,
        active: true,
        email_enabled: 'yes',
        sms_enabled: false,
        topics: { announcement: { push: false } },
      },
      { bypassDocumentValidation: true },
    );

    const changed = await notification.createOrUpdateAccountNotificationPreferences(
      { accountId, topics: { announcement: { email: false } } },
      context,
    );

    const topics = { announcement: { push: false, email: false } };
    expect(changed).toMatchObject({
      emailEnabled: true,
      pushEnabled: true,
      smsEnabled: false,
      topics,
    });
    expect(await preferences().findOne({ _id: insertedId })).toMatchObject({
      email_enabled: true,
      push_enabled: true,
      sms_enabled: false,
      topics,
    });
  });

  it('takes the flags of a topic that another program stored as no booleans for their defaults', async () => {
    await notification.createOrUpdateAccountNotificationPreferences({ accountId }, context);
    const announcement = { email: 'no', push: 0, sms: false };
    await preferences().updateOne(
      {},
      { $set: { topics: { announcement, 'billing/invoice-paid': { email: null } } } },
      { bypassDocumentValidation: true },
    );

    const read = await notification.getAccountNotificationPreferencesByAccountId(
      { accountId },
      context,
    );
    const changed = await notification.createOrUpdateAccountNotificationPreferences(
      { accountId, topics: { announcement: { push: false } } },
      context,
    );

    expect(read.topics).toEqual({ announcement: { sms: false }, 'billing.invoice-paid': {} });
    expect(changed.topics).toEqual({
      announcement: { push: false, sms: false },
      'billing.invoice-paid': {},
    });
  });

  it.each([null, 'no', 0, {}])('refuses %j for the flag of a topic', async (email) => {
    const topics = { announcement: { email: email as unknown as boolean } };

    await expect(
      notification.createOrUpdateAccountNotificationPreferences({ accountId, topics }, context),
    ).rejects.toMatchObject({ code: 'NOTIFICATION_ERR_02', message: 'email must be a boolean' });
    expect(await preferences().countDocuments()).toBe(0);
  });

  it('ignores flags of unknown channels, such as paths to other fields', async () => {
    const topics = { announcement: { 'email.x': false, fax: false, sms: false } };

    const { topics: stored } = await notification.createOrUpdateAccountNotificationPreferences(
      { accountId, topics },
      context,
    );

    expect(stored).toEqual({ announcement: { sms: false } });
  });

  it('keeps one set of preferences for an account under parallel changes', async () => {
    await Promise.all(
      Array.from({ length: 20 }, () =>
        notification.createOrUpdateAccountNotificationPreferences({ accountId }, context),
      ),
    );

    expect(await preferences().countDocuments()).toBe(1);
  });

  it('refuses settings that would have a message sent twice', async () => {
    const create = () =>
      NotificationService.create({
        database: services.throwaway.database,
        audit: services.audit,
        secretKey: services.secretKey,
        settings: { leaseMilliseconds: 10_000, sendTimeLimitMilliseconds: 10_000 },
      });

    expect(create).toThrow('sendTimeLimitMilliseconds must be below leaseMilliseconds');
  });
});
