import type { LookupAddress } from 'node:dns';
import { randomBytes } from 'node:crypto';

import { createPushProvider } from '@org/notification';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import webPush from 'web-push';

import { createBrowserKeys, publicKeysOf } from './decrypt-push-message.ts';
import { startVendorServer, type VendorServer } from './vendor-server.ts';

/** What every name stands for in this file. */
const addresses: LookupAddress[] = [];

vi.mock('node:dns', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  lookup: (
    _name: string,
    _options: object,
    callback: (error: null, found: LookupAddress[]) => void,
  ) => callback(null, addresses),
}));

const vapid = { ...webPush.generateVAPIDKeys(), subject: 'mailto:operator@example.org' };
let vendor: VendorServer;

beforeEach(async () => {
  const reply = { status: 201 };
  vendor = await startVendorServer({ accept: reply, refuse: reply, fail: reply, limit: reply });
});
afterEach(async () => {
  await vendor.stop();
});

function send(allowPrivateEndpoints: boolean) {
  const { port } = new URL(vendor.url);
  return createPushProvider({ ...vapid, allowPrivateEndpoints }).send(
    {
      endpoint: `http://push.example.org:${port}/1`,
      keys: publicKeysOf(createBrowserKeys(randomBytes(16))),
      title: '',
      body: '',
    },
    { deliveryId: '1', timeToLiveSeconds: 1, signal: AbortSignal.timeout(5_000) },
  );
}

it.each([
  ['a private address', [{ address: '127.0.0.1', family: 4 }]],
  [
    'a private address among public ones',
    [
      { address: '8.8.8.8', family: 4 },
      { address: '::1', family: 6 },
    ],
  ],
])('Web Push connects to no name that stands for %s', async (_what, found) => {
  addresses.splice(0, Infinity, ...found);

  await expect(send(false)).rejects.toMatchObject({
    retryable: false,
    message: 'The push subscription leads into a private network.',
  });
  expect(vendor.accepted).toEqual([]);
});

it('Web Push connects to any where that is allowed', async () => {
  addresses.splice(0, Infinity, { address: '127.0.0.1', family: 4 });

  await send(true);

  expect(vendor.accepted).toHaveLength(1);
});
