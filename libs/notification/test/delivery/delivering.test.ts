import { NotificationService, ProviderError } from '@org/notification';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  announce,
  context,
  createServices,
  sendOtp,
  type TestServices,
} from '../services.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let services: TestServices;
let notification: TestServices['notification'];

beforeAll(async () => {
  services = await createServices({ settings: { maximumAttempts: 3 } });
  notification = services.notification;
});
beforeEach(async () => {
  await services.reset();
});
afterAll(async () => {
  await services.throwaway.remove();
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
    const finished = await services.findDelivery(deliveryId);
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

  it('mails to the domain that the DNS is asked for, whatever the provider makes of others', async () => {
    const message = {
      emailAddress: 'Ada@Straße.example',
      topic: 'announcement',
      data: { title: 'News', text: 'Read it.' },
    } as const;
    await notification.sendEmailForAccount({ accountId, ...message }, context);

    await notification.deliverDueMessages();

    expect(services.email.sent).toMatchObject([{ message: { to: 'Ada@xn--strae-oqa.example' } }]);
  });

  it('does not send what its owner switched off after it was queued', async () => {
    const { deliveryId } = await announce(notification);
    await notification.createOrUpdateAccountNotificationPreferences(
      { accountId, emailEnabled: false },
      context,
    );

    await notification.deliverDueMessages();

    expect(services.email.sent).toEqual([]);
    const suppressed = await services.findDelivery(deliveryId);
    expect(suppressed).toMatchObject({
      status: 'suppressed',
      last_error: 'The account has switched the channel or the topic off.',
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
    await notification.sendEmailForAccount(
      {
        accountId,
        emailAddress: 'ada@example.org',
        topic: 'password-changed',
        data: {},
      },
      context,
    );

    await notification.deliverDueMessages();

    expect([services.sms.sent.length, services.email.sent.length]).toEqual([1, 1]);
  });

  it('drops what has outlived its life', async () => {
    const { deliveryId } = await sendOtp(notification);
    services.clock.advance(5 * MINUTE);

    expect(await notification.deliverDueMessages()).toBe(0);

    expect(services.sms.sent).toEqual([]);
    const expired = await services.findDelivery(deliveryId);
    expect(expired).toMatchObject({ status: 'expired', attempts: 0 });
    expect(expired).not.toHaveProperty('payload');
  });

  it('gives up at once what the provider refuses', async () => {
    services.sms.failure = new ProviderError('Vendor answered 400.');
    const { deliveryId } = await sendOtp(notification);

    await notification.deliverDueMessages();

    expect(await services.findDelivery(deliveryId)).toMatchObject({
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
    expect(await services.findDelivery(deliveryId)).toMatchObject({
      status: 'queued',
      attempts: 1,
      leased_until: null,
      last_error: 'Vendor answered 503.',
    });

    for (let attempt = 2; attempt <= 3; attempt += 1) {
      services.clock.advance(MINUTE);
      await notification.deliverDueMessages();
    }
    expect(await services.findDelivery(deliveryId)).toMatchObject({ status: 'dead', attempts: 3 });
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
    expect(await services.findDelivery(deliveryId)).toMatchObject({ status: 'sent', attempts: 2 });
  });

  it('tells only the name of an error that is none of a provider', async () => {
    const leaky = new TypeError('no route to +919999999999: 314159');
    services.sms.failure = leaky as unknown as ProviderError;
    const { deliveryId } = await sendOtp(notification);

    await notification.deliverDueMessages();

    expect(await services.findDelivery(deliveryId)).toMatchObject({
      status: 'queued',
      last_error: 'The provider broke with TypeError.',
    });
  });

  it('tries a message again that no secret key opens: another process may have the key', async () => {
    const { deliveryId } = await sendOtp(notification);
    await services.deliveries.updateOne({}, { $set: { payload: Buffer.alloc(64) } });

    await notification.deliverDueMessages();

    expect(await services.findDelivery(deliveryId)).toMatchObject({
      status: 'queued',
      last_error: 'No known secret key opens the payload.',
    });
  });

  it('leaves a topic of a newer version to that version', async () => {
    const { deliveryId } = await sendOtp(notification);
    await services.deliveries.updateOne({}, { $set: { topic: 'of-tomorrow' } });

    await notification.deliverDueMessages();

    expect(await services.findDelivery(deliveryId)).toMatchObject({
      status: 'queued',
      attempts: 1,
    });
  });

  it('keeps messages of a channel without a provider as dead letters', async () => {
    const { throwaway, audit, secretKey, clock } = services;
    const { database } = throwaway;
    const unconfigured = NotificationService.create({ database, audit, secretKey, clock });
    const { deliveryId } = await sendOtp(unconfigured);

    await unconfigured.deliverDueMessages();

    expect(await services.findDelivery(deliveryId)).toMatchObject({
      status: 'dead',
      last_error: 'No provider is configured for this channel.',
    });
  });

  it('gives up a message that ends its worker each time', async () => {
    const { deliveryId } = await sendOtp(notification);
    await services.deliveries.updateOne({}, { $set: { attempts: 200 } });

    await notification.deliverDueMessages();

    expect(services.sms.sent).toEqual([]);
    expect(await services.findDelivery(deliveryId)).toMatchObject({ status: 'dead' });
  });
});
