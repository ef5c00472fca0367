import { createSmsProvider } from '@org/notification';
import { runMessageProviderSuite } from '@org/notification/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

import { startVendorServer, type VendorServer } from './vendor-server.ts';

const message = { to: '+919999999999', text: 'Your code is 314159.' };

function startWebhook(): Promise<VendorServer> {
  return startVendorServer({
    accept: { status: 204 },
    refuse: { status: 422, body: 'not to +919999999999' },
    fail: { status: 502, body: 'Your code is 314159.' },
    limit: { status: 429, headers: { 'retry-after': '7' } },
  });
}

function connect({ url }: VendorServer) {
  const hook = `${url}/sms?key=h00k`;
  return createSmsProvider({ kind: 'webhook', url: hook, timeoutMilliseconds: 5_000 });
}

runMessageProviderSuite('The webhook', {
  failures: ['refuse', 'fail', 'limit', 'hang', 'drop'],
  start: async () => {
    const vendor = await startWebhook();
    return {
      provider: connect(vendor),
      message,
      secrets: ['9999999999', '314159', 'h00k'],
      accepted: async () =>
        vendor.accepted.map(({ headers }) => headers['idempotency-key']?.toString()),
      behave: vendor.behave,
      stop: vendor.stop,
    };
  },
});

describe('the webhook', () => {
  it('gets recipient and text as JSON', async () => {
    const vendor = await startWebhook();
    onTestFinished(vendor.stop);
    await connect(vendor).send(message, {
      deliveryId: '64b000000000000000000001',
      timeToLiveSeconds: 300,
      signal: new AbortController().signal,
    });

    const { path, headers, body } = vendor.accepted[0]!;
    expect(path).toBe('/sms?key=h00k');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': '64b000000000000000000001',
    });
    expect(JSON.parse(body.toString())).toEqual({
      to: '+919999999999',
      body: 'Your code is 314159.',
    });
  });
});
