import type { LookupAddress } from 'node:dns';

import { expect, it, vi } from 'vitest';

import { Receiver } from './receiver.ts';
import { context, WebhookTestBed } from './services.ts';

/** What every name stands for in this file, but those of mongod. */
let addresses: LookupAddress[] = [];

vi.mock('node:dns', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  lookup: (
    _name: string,
    _options: object,
    callback: (error: null, found: LookupAddress[]) => void,
  ) => callback(null, addresses),
}));

it.each([
  ['a private address', [{ address: '127.0.0.1', family: 4 }]],
  [
    'a private address among public ones',
    [
      { address: '8.8.8.8', family: 4 },
      { address: '::1', family: 6 },
    ],
  ],
])('sends nothing to a public name that stands for %s', async (_what, found) => {
  addresses = found;
  const bed = await WebhookTestBed.create({ allowsPrivateAddresses: false });
  const receiver = await Receiver.start({ isTls: true });
  const url = `https://hooks.example.org:${receiver.port}/`;
  const { id } = await bed.addEndpoint(url);
  await bed.pay('i1');
  await bed.webhooks.drain();

  expect((await bed.webhooks.listDeliveries({ endpointId: id }, context)).items).toMatchObject([
    { status: 'queued', lastError: 'The URL leads into a private network.' },
  ]);
  expect(receiver.received).toEqual([]);
});
