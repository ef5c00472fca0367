import { randomBytes } from 'node:crypto';

import {
  NotificationBadRequestError,
  ProviderError,
  type NotificationService,
} from '@org/notification';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createBrowserKeys, publicKeysOf } from './provider/decrypt-push-message.ts';
import { accountId, context, createServices, type TestServices } from './services.ts';

const others = '64b000000000000000000002';
const keys = publicKeysOf(createBrowserKeys(randomBytes(16)));

let services: TestServices;
let notification: NotificationService;

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

function subscriptions() {
  return services.throwaway.database.collection('push_subscriptions');
}

function subscribe(endpoint = 'https://push.example.org/1', account = accountId) {
  return notification.createPushSubscription({ accountId: account, endpoint, keys }, context);
}

function list(account = accountId) {
  return notification.getPushSubscriptionsByAccountId({ accountId: account }, context);
}

function sendPush() {
  return notification.sendPushForAccount(
    { accountId, topic: 'announcement', data: { title: 'News', text: 'Read.' } },
    context,
  );
}

describe('a push subscription', () => {
  it('is stored for its account, unreadable to who reads the database', async () => {
    const subscription = await subscribe('https://push.example.org/s3cret');

    expect(subscription).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      accountId,
      endpoint: 'https://push.example.org/s3cret',
      createdAt: services.clock.now(),
    });
    expect(await list()).toEqual([subscription]);
    const raw = await subscriptions().find({}, { raw: true }).toArray();
    const bytes = Buffer.concat(raw as unknown as Uint8Array[]).toString('latin1');
    expect(bytes).not.toContain('s3cret');
    expect(bytes).not.toContain(keys.auth);
  });

  it('is recorded under names that the audit trail redacts', async () => {
    await subscribe();

    const [{ changes = {} } = {}] = services.audit.events;
    expect(Object.keys(changes).sort()).toEqual([
      'account_id',
      'encrypted_secret',
      'endpoint_hash',
    ]);
  });

  it('is renewed, not doubled, when the browser comes again', async () => {
    const first = await subscribe();
    services.clock.advance(1_000);
    const second = await subscribe();

    expect(second).toEqual(first);
    expect(await list()).toHaveLength(1);
  });

  it('is stored once when the browser comes twice at the same moment', async () => {
    await Promise.all(Array.from({ length: 10 }, () => subscribe()));

    expect(await subscriptions().countDocuments()).toBe(1);
  });

  it('moves to the account that now uses the browser', async () => {
    await subscribe();
    await subscribe('https://push.example.org/1', others);

    expect(await list()).toEqual([]);
    expect(await list(others)).toHaveLength(1);
  });

  it('takes the place of the one renewed longest ago, if there are ten', async () => {
    for (let index = 0; index < 10; index += 1) {
      await subscribe(`https://push.example.org/${index}`);
      services.clock.advance(1_000);
    }
    await subscribe('https://push.example.org/0');
    services.clock.advance(1_000);
    await subscribe('https://push.example.org/10');

    const endpoints = (await list()).map(({ endpoint }) => endpoint.split('/').at(-1));
    expect(endpoints).toEqual(['10', '0', '9', '8', '7', '6', '5', '4', '3', '2']);
  });

  it('is one of at most ten, also when many come at once', async () => {
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => subscribe(`https://push.example.org/${index}`)),
    );

    expect(await subscriptions().countDocuments()).toBe(10);
  });

  it('is ended by its own account only', async () => {
    const { id: subscriptionId } = await subscribe();

    for (const attempt of [
      { accountId: others, subscriptionId },
      { accountId, subscriptionId: others },
      { accountId, subscriptionId: 'nonsense' },
    ]) {
      await notification.deletePushSubscription(attempt, context);
    }
    expect(await list()).toHaveLength(1);
    await notification.deletePushSubscription({ accountId, subscriptionId }, context);
    expect(await list()).toEqual([]);
  });

  it('is as good as none when no known secret key opens it', async () => {
    await subscribe();
    await subscribe('https://push.example.org/2');
    await subscriptions().updateOne({}, { $set: { encrypted_secret: Buffer.alloc(64) } });

    expect(await list()).toHaveLength(1);
  });

  it.each([
    'http://push.example.org/1',
    'https://localhost/1',
    'https://localhost./1',
    'https://sub.localhost/1',
    'https://printer.local/1',
    'https://metadata.google.internal/1',
    'https://mongo/1',
    'https://127.0.0.1/1',
    'https://127.1/1',
    'https://0x7f000001/1',
    'https://2130706433/1',
    'https://10.1.2.3/1',
    'https://172.16.0.1/1',
    'https://192.168.0.1/1',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/1',
    'https://0.0.0.0/1',
    'https://[::1]/1',
    'https://[::]/1',
    'https://[::ffff:127.0.0.1]/1',
    'https://[fd00::1]/1',
    'https://[fe80::1]/1',
    'https://[64:ff9b::7f00:1]/1',
    'https://push.example.org:8443/1',
    'https://user:password@push.example.org/1',
    'ftp://push.example.org/1',
    'javascript:alert(1)',
    'push.example.org',
    '',
    `https://push.example.org/${'x'.repeat(2_048)}`,
  ])('is refused for the endpoint %s', async (endpoint) => {
    await expect(subscribe(endpoint)).rejects.toThrow(NotificationBadRequestError);
    expect(await subscriptions().countDocuments()).toBe(0);
  });

  it.each([
    ['https://fcm.googleapis.com/fcm/send/abc'],
    ['https://updates.push.services.mozilla.com/wpush/v2/abc'],
    ['https://web.push.apple.com/abc'],
    ['https://8.8.8.8/1'],
  ])('is taken for the endpoint %s', async (endpoint) => {
    await expect(subscribe(endpoint)).resolves.toMatchObject({ endpoint });
  });

  it.each([
    ['no keys', { p256dh: '', auth: '' }],
    ['a short secret', { ...keys, auth: 'AAAA' }],
    ['a secret that is no base64url', { ...keys, auth: `${keys.auth}!` }],
    ['a short public key', { ...keys, p256dh: 'AAAA' }],
    ['a point off the curve', { ...keys, p256dh: Buffer.alloc(65, 4).toString('base64url') }],
  ])('is refused for %s', async (_what, badKeys) => {
    await expect(
      notification.createPushSubscription(
        { accountId, endpoint: 'https://push.example.org/1', keys: badKeys },
        context,
      ),
    ).rejects.toMatchObject({ code: 'NOTIFICATION_ERR_02' });
  });
});

describe('a push message', () => {
  const gone = 'https://push.example.org/gone';
  const broken = 'https://push.example.org/broken';
  let failures: Record<string, ProviderError | undefined>;
  let sentTo: string[];

  beforeAll(() => {
    services.push.send = async ({ endpoint }, { deliveryId }) => {
      const failure = failures[endpoint];
      if (failure !== undefined) {
        throw failure;
      }
      sentTo.push(endpoint);
      return { providerMessageId: deliveryId };
    };
  });
  beforeEach(() => {
    sentTo = [];
    failures = {
      [gone]: new ProviderError('Answered 410.', { recipientIsGone: true }),
      [broken]: new ProviderError('Answered 503.', { retryable: true }),
    };
  });

  it('goes to every browser of the account', async () => {
    await subscribe('https://push.example.org/1');
    await subscribe('https://push.example.org/2');
    await subscribe('https://push.example.org/3', others);
    const { deliveryId } = await sendPush();

    await notification.deliverDueMessages();

    expect(sentTo.sort()).toEqual(['https://push.example.org/1', 'https://push.example.org/2']);
    expect(await services.findDelivery(deliveryId)).toMatchObject({ status: 'sent' });
  });

  it('is suppressed where no browser is subscribed', async () => {
    const { deliveryId } = await sendPush();

    await notification.deliverDueMessages();

    expect(await services.findDelivery(deliveryId)).toMatchObject({
      status: 'suppressed',
      last_error: 'The account has no push subscription.',
    });
  });

  it('ends the subscription of a browser that is gone', async () => {
    await subscribe(gone);
    await subscribe();
    const { deliveryId } = await sendPush();

    await notification.deliverDueMessages();

    expect((await list()).map(({ endpoint }) => endpoint)).toEqual(['https://push.example.org/1']);
    expect(await services.findDelivery(deliveryId)).toMatchObject({ status: 'sent' });
  });

  it('is sent again only to those that have not got it', async () => {
    await subscribe(broken);
    await subscribe();
    const { deliveryId } = await sendPush();

    await notification.deliverDueMessages();
    expect(await services.findDelivery(deliveryId)).toMatchObject({
      status: 'queued',
      last_error: 'Answered 503.',
    });
    failures = {};
    services.clock.advance(60_000);
    await notification.deliverDueMessages();

    expect(sentTo).toEqual(['https://push.example.org/1', broken]);
    expect(await services.findDelivery(deliveryId)).toMatchObject({ status: 'sent' });
  });

  it('does not go again to those that got it before it was given up', async () => {
    await subscribe(broken);
    await subscribe();
    const { deliveryId } = await sendPush();
    await services.deliveries.updateOne({}, { $set: { attempts: 14 } });
    await notification.deliverDueMessages();
    expect(await services.findDelivery(deliveryId)).toMatchObject({ status: 'dead' });

    failures = {};
    await notification.replayDeadDelivery({ deliveryId }, context);
    await notification.deliverDueMessages();

    expect(sentTo).toEqual(['https://push.example.org/1', broken]);
  });

  it('has arrived when one browser took it and the others refuse it', async () => {
    failures[broken] = new ProviderError('Answered 413.');
    await subscribe(broken);
    await subscribe();
    const { deliveryId } = await sendPush();

    await notification.deliverDueMessages();

    expect(await services.findDelivery(deliveryId)).toMatchObject({
      status: 'sent',
      last_error: 'Answered 413.',
    });
  });

  it('is a dead letter when every browser refuses it', async () => {
    failures[broken] = new ProviderError('Answered 413.');
    await subscribe(broken);
    const { deliveryId } = await sendPush();

    await notification.deliverDueMessages();

    expect(await services.findDelivery(deliveryId)).toMatchObject({ status: 'dead', attempts: 1 });
  });

  it('goes to nobody whose data was deleted', async () => {
    await subscribe();
    const erasure = { signal: new AbortController().signal, forget: async () => undefined };
    await notification.deleteNotificationDataByAccountId({ accountId }, erasure, context);
    await sendPush();

    await notification.deliverDueMessages();

    expect(sentTo).toEqual([]);
  });
});
