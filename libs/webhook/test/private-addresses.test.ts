import { WebhookBadRequestError, WebhookUrlNotPublicError } from '@org/webhook';
import { expect, it } from 'vitest';

import { Receiver } from './receiver.ts';
import { context, WebhookTestBed } from './services.ts';

it('refuses endpoints elsewhere than at public https URLs', async () => {
  const { webhooks } = await WebhookTestBed.create({ allowsPrivateAddresses: false });
  for (const url of [
    'http://hooks.example.org/',
    'ftp://hooks.example.org/',
    'https://user:secret@hooks.example.org/',
    'https://127.0.0.1/',
    'https://10.1.2.3:8443/hook',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://2130706433/',
    'https://localhost/',
    'https://printer.local/',
    'https://intranet/',
    '/hook',
    '',
    `https://hooks.example.org/${'a'.repeat(2_048)}`,
  ]) {
    await expect(
      webhooks.createEndpoint({ url, events: ['invoice.paid'] }, context),
      url,
    ).rejects.toMatchObject({ code: 'WEBHOOK_ERR_02', details: [{ path: '/url' }] });
  }
});

it.each([
  ['http://hooks.example.org/', true],
  ['https://127.0.0.1/', true],
  ['ftp://hooks.example.org/', false],
  ['ftp://127.0.0.1/', false],
  ['https://user:secret@127.0.0.1/', false],
  ['/hook', false],
])('tells whether the setting would let %s pass: %s', async (url, isNotPublic) => {
  const { webhooks } = await WebhookTestBed.create({ allowsPrivateAddresses: false });
  const refused = webhooks.createEndpoint({ url, events: ['invoice.paid'] }, context);

  const error: unknown = await refused.catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(WebhookBadRequestError);
  expect(error instanceof WebhookUrlNotPublicError).toBe(isNotPublic);
});

it('takes any that is public', async () => {
  const { webhooks } = await WebhookTestBed.create({ allowsPrivateAddresses: false });
  const url = 'https://hooks.example.org:8443/in?token=1';
  const params = { url, events: ['invoice.paid'] };
  const { endpoint } = await webhooks.createEndpoint(params, context);

  expect(endpoint.url).toBe(url);
  await expect(
    webhooks.updateEndpoint({ endpointId: endpoint.id, url: 'https://localhost/' }, context),
  ).rejects.toThrow(WebhookUrlNotPublicError);
});

it.each([
  ['a private address', 'https://127.0.0.1', 'The url must be on the public internet.'],
  ['no TLS', 'http://hooks.example.org', 'The url must be an https URL.'],
])('sends nothing to %s that was once allowed', async (_what, host, lastError) => {
  const bed = await WebhookTestBed.create();
  const receiver = await Receiver.start();
  const { id } = await bed.addEndpoint(`${host}:${receiver.port}/`);
  await bed.pay('i1');
  const strict = bed.createProcess({ allowsPrivateAddresses: false });
  await strict.webhooks.drain();

  expect((await bed.log(id))[0]).toMatchObject({ status: 'queued', lastStatus: null, lastError });
  expect(receiver.received).toEqual([]);
});
