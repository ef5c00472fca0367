import {
  DeadDeliveryNotFoundError,
  NotificationBadRequestError,
  NotificationService,
  ProviderError,
} from '@org/notification';
import { ObjectId } from 'mongodb';
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

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const link = 'https://app.example.org/reset?token=t0ps3cret';
const reset = { firstName: 'Ada', username: 'ada', passwordResetLink: link };

let services: TestServices;
let notification: NotificationService;

beforeAll(async () => {
  services = await createServices({ settings: { maximumAttempts: 3 } });
  notification = services.notification;
});
beforeEach(async () => {
  await services.deliveries.deleteMany({});
  await services.throwaway.database.collection('account_notification_preferences').deleteMany({});
  for (const provider of [services.email, services.sms, services.push]) {
    provider.sent.length = 0;
    provider.failure = undefined;
  }
  services.audit.events.length = 0;
  services.commands.length = 0;
});
afterAll(async () => {
  await services.throwaway.remove();
});

function stored(deliveryId: string) {
  return services.deliveries.findOne({ _id: new ObjectId(deliveryId) });
}

function sendReset(emailAddress = 'ada@example.org') {
  return notification.sendEmailForAccount(
    { accountId, emailAddress, topic: 'password-reset', data: reset },
    context,
  );
}

describe('queueing a message', () => {
  it('stores it in the shape of the contract', async () => {
    const { deliveryId } = await sendOtp(notification);

    const now = services.clock.now();
    expect(await stored(deliveryId)).toEqual({
      _id: new ObjectId(deliveryId),
      account_id: accountId,
      channel: 'sms',
      topic: 'one-time-password',
      priority: 0,
      payload: expect.anything(),
      status: 'queued',
      attempts: 0,
      next_attempt_at: now,
      leased_until: null,
      expires_at: new Date(now.getTime() + 5 * MINUTE),
      last_error: null,
      created_at: now,
      updated_at: now,
    });
  });

  it('costs one insert and sends nothing', async () => {
    await sendOtp(notification);

    expect(services.commands.map(({ name }) => name)).toEqual(['insert']);
    expect(services.sms.sent).toEqual([]);
  });

  it('stores nothing when the transaction that it is part of fails', async () => {
    const changing = services.throwaway.database.withTransaction(context, async (transaction) => {
      await notification.sendSmsForAccount(
        {
          accountId,
          phoneNumber,
          topic: 'one-time-password',
          data: { code: '314159', minutes: 5 },
        },
        transaction,
      );
      throw new Error('changed my mind');
    });

    await expect(changing).rejects.toThrow('changed my mind');
    expect(await services.deliveries.countDocuments()).toBe(0);
  });

  it('keeps recipient and content readable to nobody who reads the database', async () => {
    await sendOtp(notification, '271828');
    await sendReset('ada.lovelace@example.org');

    const raw = await services.deliveries.find({}, { raw: true }).toArray();
    const bytes = Buffer.concat(raw as unknown as Uint8Array[]).toString('latin1');
    for (const secret of ['271828', '9999999999', 'lovelace', 't0ps3cret', 'Ada']) {
      expect(bytes).not.toContain(secret);
    }
    expect(bytes).toContain('one-time-password');
  });

  it('lets the sender say when the message ends', async () => {
    const expiresAt = new Date(services.clock.now().getTime() + MINUTE);
    const { deliveryId } = await notification.sendPushForAccount(
      { accountId, topic: 'password-changed', data: { firstName: 'Ada' }, expiresAt },
      context,
    );

    expect(await stored(deliveryId)).toMatchObject({ expires_at: expiresAt });
  });

  it.each([
    'ada@example.org\r\nBcc: eve@example.org',
    'ada@example.org\n',
    'ada@example.org, eve@example.org',
    'ada@example.org;eve@example.org',
    'Ada <ada@example.org>',
    '"ada"@example.org',
    'ada example.org',
    '@example.org',
    `${'a'.repeat(250)}@example.org`,
    '',
  ])('refuses the address %j', async (emailAddress) => {
    const sending = sendReset(emailAddress);

    await expect(sending).rejects.toThrow(NotificationBadRequestError);
    await expect(sending).rejects.toMatchObject({ code: 'NOTIFICATION_ERR_02', httpStatus: 400 });
    expect(await services.deliveries.countDocuments()).toBe(0);
  });

  it('takes an international address', async () => {
    await expect(sendReset('añа@exämple.org')).resolves.toBeDefined();
  });

  it.each(['News\r\nBcc: eve@example.org', 'News\nX', 'News\rX', 'News\u2028X'])(
    'refuses the subject %j',
    async (title) => {
      await expect(announce(notification, title)).rejects.toThrow(NotificationBadRequestError);
    },
  );

  it('refuses a link that is none', async () => {
    const sending = notification.sendEmailForAccount(
      {
        accountId,
        emailAddress: 'ada@example.org',
        topic: 'password-reset',
        data: { ...reset, passwordResetLink: 'javascript:alert(1)' },
      },
      context,
    );

    await expect(sending).rejects.toThrow(NotificationBadRequestError);
  });

  it('refuses a topic that does not go by the channel', async () => {
    const sending = notification.sendEmailForAccount(
      {
        accountId,
        emailAddress: 'ada@example.org',
        topic: 'one-time-password' as 'announcement',
        data: { title: '', text: '' },
      },
      context,
    );

    await expect(sending).rejects.toThrow('There is no email message of the topic');
  });
});

describe('delivering a message', () => {
  it('hands it to the provider once, and forgets what it said', async () => {
    const { deliveryId } = await sendOtp(notification);

    expect(await notification.deliverDueMessages()).toBe(1);
    expect(await notification.deliverDueMessages()).toBe(0);

    expect(services.sms.sent).toMatchObject([
      {
        message: { to: '+919999999999', text: expect.stringContaining('314159') as string },
        options: { deliveryId, timeToLiveSeconds: 300 },
      },
    ]);
    const finished = await stored(deliveryId);
    expect(finished).toMatchObject({
      status: 'sent',
      attempts: 1,
      leased_until: null,
      provider_message_id: deliveryId,
      finished_at: services.clock.now(),
      purge_at: new Date(services.clock.now().getTime() + 30 * DAY),
    });
    expect(finished).not.toHaveProperty('payload');
  });

  it('does not send what its owner switched off after it was queued', async () => {
    const { deliveryId } = await announce(notification);
    await notification.createOrUpdateAccountNotificationPreferences(
      { accountId, emailEnabled: false },
      context,
    );

    await notification.deliverDueMessages();

    expect(services.email.sent).toEqual([]);
    const suppressed = await stored(deliveryId);
    expect(suppressed).toMatchObject({
      status: 'suppressed',
      last_error: 'The account has switched the channel off.',
    });
    expect(suppressed).not.toHaveProperty('payload');
  });

  it('sends what its owner switched on after it was queued', async () => {
    await notification.createOrUpdateAccountNotificationPreferences(
      { accountId, emailEnabled: false },
      context,
    );
    await announce(notification);
    await notification.createOrUpdateAccountNotificationPreferences(
      { accountId, emailEnabled: true, smsEnabled: false, pushEnabled: false },
      context,
    );

    await notification.deliverDueMessages();

    expect(services.email.sent).toHaveLength(1);
  });

  it('sends security messages whatever the preferences say', async () => {
    await notification.createOrUpdateAccountNotificationPreferences(
      { accountId, emailEnabled: false, smsEnabled: false, pushEnabled: false },
      context,
    );
    await sendOtp(notification);
    await sendReset();

    await notification.deliverDueMessages();

    expect([services.sms.sent.length, services.email.sent.length]).toEqual([1, 1]);
  });

  it('drops what has outlived its life', async () => {
    const { deliveryId } = await sendOtp(notification);
    services.clock.advance(5 * MINUTE);

    expect(await notification.deliverDueMessages()).toBe(0);

    expect(services.sms.sent).toEqual([]);
    const expired = await stored(deliveryId);
    expect(expired).toMatchObject({ status: 'expired', attempts: 0 });
    expect(expired).not.toHaveProperty('payload');
  });

  it('gives up at once what the provider refuses', async () => {
    services.sms.failure = new ProviderError('Vendor answered 400.');
    const { deliveryId } = await sendOtp(notification);

    await notification.deliverDueMessages();

    expect(await stored(deliveryId)).toMatchObject({
      status: 'dead',
      attempts: 1,
      last_error: 'Vendor answered 400.',
      purge_at: new Date(services.clock.now().getTime() + 90 * DAY),
    });
  });

  it('tries again later what the provider could not take, and gives up in the end', async () => {
    services.email.failure = new ProviderError('Vendor answered 503.', { retryable: true });
    const { deliveryId } = await announce(notification);

    await notification.deliverDueMessages();
    expect(await stored(deliveryId)).toMatchObject({
      status: 'queued',
      attempts: 1,
      leased_until: null,
      last_error: 'Vendor answered 503.',
    });

    for (let attempt = 2; attempt <= 3; attempt += 1) {
      services.clock.advance(MINUTE);
      await notification.deliverDueMessages();
    }
    expect(await stored(deliveryId)).toMatchObject({ status: 'dead', attempts: 3 });
  });

  it('leaves a vendor alone for as long as it asks', async () => {
    services.email.failure = new ProviderError('Vendor answered 429.', {
      retryable: true,
      retryAfterMilliseconds: 10 * MINUTE,
    });
    const { deliveryId } = await announce(notification);
    await notification.deliverDueMessages();

    services.clock.advance(10 * MINUTE - 1);
    expect(await notification.deliverDueMessages()).toBe(0);
    services.clock.advance(1);
    services.email.failure = undefined;
    expect(await notification.deliverDueMessages()).toBe(1);
    expect(await stored(deliveryId)).toMatchObject({ status: 'sent', attempts: 2 });
  });

  it('tells only the name of an error that is none of a provider', async () => {
    const leaky = new TypeError('no route to +919999999999: 314159');
    services.sms.failure = leaky as unknown as ProviderError;
    const { deliveryId } = await sendOtp(notification);

    await notification.deliverDueMessages();

    expect(await stored(deliveryId)).toMatchObject({
      status: 'queued',
      last_error: 'The provider broke with TypeError.',
    });
  });

  it('keeps a message that no secret key opens as a dead letter', async () => {
    const { deliveryId } = await sendOtp(notification);
    await services.deliveries.updateOne({}, { $set: { payload: Buffer.alloc(64) } });

    await notification.deliverDueMessages();

    expect(await stored(deliveryId)).toMatchObject({
      status: 'dead',
      last_error: 'No known secret key opens the payload.',
    });
  });

  it('leaves a topic of a newer version to that version', async () => {
    const { deliveryId } = await sendOtp(notification);
    await services.deliveries.updateOne({}, { $set: { topic: 'of-tomorrow' } });

    await notification.deliverDueMessages();

    expect(await stored(deliveryId)).toMatchObject({ status: 'queued', attempts: 1 });
  });

  it('keeps messages of a channel without a provider as dead letters', async () => {
    const { throwaway, audit, secretKey, clock } = services;
    const { database } = throwaway;
    const unconfigured = NotificationService.create({ database, audit, secretKey, clock });
    const { deliveryId } = await sendOtp(unconfigured);

    await unconfigured.deliverDueMessages();

    expect(await stored(deliveryId)).toMatchObject({
      status: 'dead',
      last_error: 'No provider is configured for this channel.',
    });
  });

  it('gives up a message that ends its worker each time', async () => {
    const { deliveryId } = await sendOtp(notification);
    await services.deliveries.updateOne({}, { $set: { attempts: 200 } });

    await notification.deliverDueMessages();

    expect(services.sms.sent).toEqual([]);
    expect(await stored(deliveryId)).toMatchObject({ status: 'dead' });
  });
});

describe('dead letters', () => {
  async function die(): Promise<string> {
    services.email.failure = new ProviderError('Vendor answered 400.');
    const { deliveryId } = await announce(notification);
    await notification.deliverDueMessages();
    services.email.failure = undefined;
    return deliveryId;
  }

  it('are listed newest first, page by page, without what they say', async () => {
    const ids = [await die(), await die(), await die()].reverse();

    const first = await notification.listDeadDeliveries({ limit: 2 }, context);
    const second = await notification.listDeadDeliveries(
      { limit: 2, cursor: first.nextCursor! },
      context,
    );

    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    expect(first.items[0]).toEqual({
      id: ids[0],
      accountId,
      channel: 'email',
      topic: 'announcement',
      attempts: 1,
      lastError: 'Vendor answered 400.',
      createdAt: services.clock.now(),
      expiresAt: new Date(services.clock.now().getTime() + 3 * DAY),
    });
  });

  it('are not listed from a cursor that is none', async () => {
    await expect(
      notification.listDeadDeliveries({ cursor: 'elsewhere' }, context),
    ).rejects.toMatchObject({ code: 'NOTIFICATION_ERR_02' });
  });

  it('are sent when they are replayed, which is recorded', async () => {
    const deliveryId = await die();

    await notification.replayDeadDelivery({ deliveryId }, context);
    await notification.deliverDueMessages();

    expect(services.email.sent).toMatchObject([{ message: { subject: 'News' } }]);
    expect(await stored(deliveryId)).toMatchObject({ status: 'sent', attempts: 1 });
    expect(services.audit.events).toMatchObject([
      {
        resourceType: 'notification_deliveries',
        resourceId: deliveryId,
        action: 'update',
        changes: { status: { old: 'dead', new: 'queued' } },
      },
    ]);
  });

  it('are not replayed past their life, and then lose what they say', async () => {
    const deliveryId = await die();
    services.clock.advance(3 * DAY);
    await notification.deliverDueMessages();

    await expect(notification.replayDeadDelivery({ deliveryId }, context)).rejects.toThrow(
      DeadDeliveryNotFoundError,
    );
    const dead = await stored(deliveryId);
    expect(dead).toMatchObject({ status: 'dead' });
    expect(dead).not.toHaveProperty('payload');
  });

  it.each(['64b0000000000000000000ff', 'elsewhere'])('are not found by %s', async (deliveryId) => {
    await expect(notification.replayDeadDelivery({ deliveryId }, context)).rejects.toMatchObject({
      code: 'NOTIFICATION_ERR_04',
      httpStatus: 404,
    });
  });

  it('are counted apart from what waits', async () => {
    await die();
    await announce(notification);
    services.clock.advance(1_000);
    await announce(notification);

    expect(await notification.getDeliveryStatistics(context)).toEqual({
      queued: 2,
      dead: 1,
      oldestQueuedMilliseconds: 1_000,
    });
  });
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
    await notification.createOrUpdateAccountNotificationPreferences({ accountId }, context);
    await sendOtp(notification, '271828');

    const exported = await notification.exportNotificationDataByAccountId({ accountId }, context);

    const now = services.clock.now().toISOString();
    expect(exported).toEqual({
      notification_preferences: {
        email_enabled: true,
        push_enabled: true,
        sms_enabled: true,
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
      { accountId: others, topic: 'password-changed', data: { firstName: 'Eve' } },
      context,
    );

    await notification.deleteNotificationDataByAccountId({ accountId }, context);

    expect(await notification.exportNotificationDataByAccountId({ accountId }, context)).toEqual({
      notification_preferences: null,
      push_subscriptions: [],
      notification_deliveries: [],
    });
    expect(await services.deliveries.countDocuments()).toBe(1);
  });
});
