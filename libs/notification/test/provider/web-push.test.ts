import { createPublicKey, randomBytes, verify } from 'node:crypto';

import { createPushProvider, type WebPushSettings } from '@org/notification';
import { runMessageProviderSuite } from '@org/notification/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import webPush from 'web-push';

import { createBrowserKeys, decryptPushMessage, publicKeysOf } from './decrypt-push-message.ts';
import { startVendorServer, type VendorServer } from './vendor-server.ts';

const vapid = { ...webPush.generateVAPIDKeys(), subject: 'mailto:operator@example.org' };
const browser = createBrowserKeys(randomBytes(16));
const keys = publicKeysOf(browser);
const options = {
  deliveryId: '64b000000000000000000001',
  timeToLiveSeconds: 300,
  signal: new AbortController().signal,
};

/** As a push service answers (RFC 8030). */
function startPushService(): Promise<VendorServer> {
  return startVendorServer({
    accept: { status: 201, headers: { location: 'https://push.example.org/m/17' } },
    refuse: { status: 413 },
    fail: { status: 500 },
    limit: { status: 429, headers: { 'retry-after': '7' } },
  });
}

function connect(settings: Partial<WebPushSettings> = {}) {
  const local = { allowPrivateEndpoints: true, timeoutMilliseconds: 5_000 };
  return createPushProvider({ ...vapid, ...local, ...settings });
}

function messageTo(endpoint: string) {
  return { endpoint, keys, title: 'Hello', body: 'Your p4ssword was changed.' };
}

runMessageProviderSuite('Web Push', {
  failures: ['refuse', 'fail', 'limit', 'hang', 'drop'],
  start: async () => {
    const vendor = await startPushService();
    return {
      provider: connect(),
      message: messageTo(`${vendor.url}/s3cret-endpoint`),
      secrets: ['s3cret-endpoint', 'p4ssword', keys.auth, vapid.privateKey],
      accepted: async () => vendor.accepted.map(({ headers }) => headers['topic']?.toString()),
      behave: vendor.behave,
      stop: vendor.stop,
    };
  },
});

describe('Web Push', () => {
  let vendor: VendorServer;

  beforeEach(async () => {
    vendor = await startPushService();
  });
  afterEach(async () => {
    await vendor.stop();
  });

  it('sends what only the browser can read', async () => {
    const receipt = await connect().send(messageTo(`${vendor.url}/push/1`), options);

    expect(receipt).toEqual({ providerMessageId: 'https://push.example.org/m/17' });
    const { path, headers, body } = vendor.accepted[0]!;
    expect(path).toBe('/push/1');
    expect(headers).toMatchObject({
      'content-encoding': 'aes128gcm',
      ttl: '300',
      topic: options.deliveryId,
    });
    expect(body.includes('p4ssword')).toBe(false);
    expect(JSON.parse(decryptPushMessage(body, browser))).toEqual({
      title: 'Hello',
      body: 'Your p4ssword was changed.',
    });
  });

  it('proves who sends it', async () => {
    await connect().send(messageTo(`${vendor.url}/push/1`), options);

    const header = vendor.accepted[0]!.headers.authorization!;
    const [, token, publicKey] = /^vapid t=([^,]+), ?k=(.+)$/.exec(header)!;
    expect(publicKey).toBe(vapid.publicKey);
    const [head, claims, signature] = token!.split('.');
    const point = Buffer.from(publicKey!, 'base64url');
    const key = createPublicKey({
      format: 'jwk',
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: point.subarray(1, 33).toString('base64url'),
        y: point.subarray(33).toString('base64url'),
      },
    });
    const isGenuine = verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature!, 'base64url'),
    );
    expect(isGenuine).toBe(true);
    expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({
      aud: vendor.url,
      sub: vapid.subject,
    });
  });

  it.each([404, 410])('knows by %i that the browser has unsubscribed', async (status) => {
    vendor.behave({ status });

    await expect(connect().send(messageTo(`${vendor.url}/push/1`), options)).rejects.toMatchObject({
      retryable: false,
      recipientIsGone: true,
    });
  });

  it.each([401, 403])(
    'may take a message later when it refuses our VAPID identity (%i)',
    async (status) => {
      vendor.behave({ status });

      await expect(
        connect().send(messageTo(`${vendor.url}/push/1`), options),
      ).rejects.toMatchObject({ retryable: true, recipientIsGone: false });
    },
  );

  it('is not asked to send to an endpoint that is no URL', async () => {
    await expect(connect().send(messageTo('https://'), options)).rejects.toMatchObject({
      retryable: false,
    });
  });

  it('follows no redirect', async () => {
    vendor.behave({ status: 302, headers: { location: `${vendor.url}/elsewhere` } });

    await expect(connect().send(messageTo(`${vendor.url}/push/1`), options)).rejects.toThrow(
      'The push service answered 302.',
    );
  });

  it('gives up keys that nothing can be encrypted for', async () => {
    const message = { ...messageTo(`${vendor.url}/push/1`), keys: { p256dh: 'AA', auth: 'AA' } };

    await expect(connect().send(message, options)).rejects.toMatchObject({
      retryable: false,
      message: 'The message cannot be encrypted for this push subscription.',
    });
  });

  describe('does not reach into the network that it runs in', () => {
    it.each(['127.0.0.1', '[::1]', 'localhost', '169.254.169.254', '10.0.0.1'])(
      'by %s',
      async (host) => {
        const { port } = new URL(vendor.url);
        const endpoint = `http://${host}:${port}/push/1`;

        await expect(
          connect({ allowPrivateEndpoints: false }).send(messageTo(endpoint), options),
        ).rejects.toMatchObject({
          retryable: false,
          message: 'The push subscription leads into a private network.',
        });
        expect(vendor.accepted).toEqual([]);
      },
    );
  });

  it.each([{ publicKey: 'AA' }, { privateKey: 'AA' }, { subject: 'operator@example.org' }])(
    'does not start with %j',
    (settings) => {
      expect(() => connect(settings)).toThrow(RangeError);
    },
  );
});
