import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { MongoClient } from 'mongodb';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ada, post, remove, signUpAndLogIn } from './client.ts';
import { onThrowawayDatabase, Program, runOrgAdmin } from './program.ts';

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface Added {
  readonly endpoint: { readonly id: string };
  readonly secret: string;
}

const environment = { ...onThrowawayDatabase(), WEBHOOK_ALLOW_PRIVATE_ADDRESSES: 'on' };
const mongodb = new MongoClient(environment.MONGODB_URI);
const received: Received[] = [];
let status = 204;
let program: Program;
let api: string;
let receiver: Server;
let url: string;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      const headers = request.headers as Record<string, string>;
      received.push({ headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status).end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;
  program = Program.run(environment);
  api = `${await program.ready()}/api`;
});
afterAll(async () => {
  await program.stop();
  receiver.close();
  await mongodb.db().dropDatabase();
  await mongodb.close();
});

async function runAdmin(...words: string[]) {
  return JSON.parse(await runOrgAdmin(environment, ...words, '--json'));
}

/** What a receiver gets, each verified by the reference library. */
function receivedOf(accountId: string, secret: string) {
  return received
    .map(({ headers, body }) => new Webhook(secret).verify(body, headers))
    .filter((event) => (event as { data: { accountId?: string } }).data.accountId === accountId)
    .map((event) => (event as { type: string }).type);
}

const reason = ['--reason', 'ticket 4711'];

describe('a webhook', () => {
  it('tells what happens to an account, up to its erasure', async () => {
    const events = ['account.created', 'authentication.session-started', 'account.erased'];
    const { endpoint, secret }: Added = await runAdmin(
      ...['webhooks', 'add', url, '--event', ...events],
      ...reason,
    );
    await runAdmin('webhooks', 'test', endpoint.id, ...reason);
    await expect.poll(() => received).toHaveLength(1);

    const { id, token } = await signUpAndLogIn(api, 'ada');
    await expect
      .poll(() => receivedOf(id, secret).toSorted())
      .toEqual(['account.created', 'authentication.session-started']);

    await remove(`${api}/accounts/${id}`, token);
    await runAdmin('accounts', 'erase', id, '--yes', '--now', ...reason);
    await expect.poll(() => receivedOf(id, secret)).toContain('account.erased');
    const { items } = await runAdmin('webhooks', 'deliveries', endpoint.id);
    expect(items.map(({ event }: { event: string }) => event)).toEqual([
      'account.erased',
      'webhook.test',
    ]);
    await runAdmin('webhooks', 'remove', endpoint.id, ...reason);
  });

  it('is sent by the next worker, if its own was killed', async () => {
    status = 500;
    const { endpoint, secret }: Added = await runAdmin(
      ...['webhooks', 'add', url, '--event', 'account.created'],
      ...reason,
    );
    const { body } = await post(`${api}/accounts`, { ...ada, username: 'grace' });
    const { id } = body as { id: string };
    received.length = 0;
    await expect.poll(() => received.length).toBeGreaterThan(0);
    await program.kill();
    received.length = 0;
    status = 204;
    program = Program.run(environment);
    await program.ready();
    await runAdmin('webhooks', 'enable', endpoint.id, ...reason);

    await expect.poll(() => receivedOf(id, secret)).toEqual(['account.created']);
  });
});
