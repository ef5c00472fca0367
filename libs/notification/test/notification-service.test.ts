import {
  AccountNotificationPreferencesNotFoundError,
  NotificationService,
} from '@org/notification';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { accountId, context, createServices, type TestServices } from './services.ts';

let services: TestServices;
let notification: NotificationService;
let clock: TestServices['clock'];

beforeAll(async () => {
  services = await createServices();
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
