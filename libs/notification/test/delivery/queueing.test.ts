import { NotificationBadRequestError } from '@org/notification';
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
const link = 'https://app.example.org/reset?token=t0ps3cret';
const reset = { firstName: 'Augusta', username: 'ada', passwordResetLink: link };

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
    expect(await services.findDelivery(deliveryId)).toEqual({
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
    for (const secret of ['271828', '9999999999', 'lovelace', 't0ps3cret', 'Augusta']) {
      expect(bytes).not.toContain(secret);
    }
    expect(bytes).toContain('one-time-password');
  });

  it('lets the sender say when the message ends', async () => {
    const expiresAt = new Date(services.clock.now().getTime() + MINUTE);
    const { deliveryId } = await notification.sendPushForAccount(
      { accountId, topic: 'password-changed', data: {}, expiresAt },
      context,
    );

    expect(await services.findDelivery(deliveryId)).toMatchObject({ expires_at: expiresAt });
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
