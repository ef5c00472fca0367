import { OperationContext } from '@org/core';
import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import {
  AccountNotificationPreferencesNotFoundError,
  NotificationService,
} from '@org/notification';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

const context = OperationContext.anonymous('request-1');
const accountId = '64b000000000000000000001';
const clock = new FakeClock();
let throwaway: ThrowawayDatabase;
let notification: NotificationService;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), clock });
  notification = NotificationService.create({
    database: throwaway.database,
    audit: new RecordingAuditTrail(),
  });
  await notification.initialize();
});
beforeEach(async () => {
  await preferences().deleteMany({});
});
afterAll(async () => {
  await throwaway.remove();
});

function preferences() {
  return throwaway.database.collection('account_notification_preferences');
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
});
