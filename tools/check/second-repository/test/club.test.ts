import { deepEqual, equal, match } from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { after, before, test } from 'node:test';

import { accountCreated } from '@org/account';
import type { BackendDependencies, Domain } from '@org/backend';
import { TestBackend } from '@org/backend/testing';
import { defineError, defineModule } from '@org/core';

import type { Fields } from '../src/account-fields.js';
import { club } from '../src/club.js';
import { createMailProvider } from '../src/mail-provider.js';

type Mail = Record<'key' | 'locale' | 'subject' | 'text' | 'to' | 'topic', string>;

const mails: Mail[] = [];
const vendor = createServer((request, response) => {
  void json(request).then((mail) => {
    mails.push({ ...(mail as Mail), key: String(request.headers['idempotency-key']) });
    response.end(`vendor-${mails.length}`);
  });
});
let isFull = false;
let started: TestBackend<Fields>;

before(async () => {
  await new Promise<void>((resolve) => vendor.listen(0, '127.0.0.1', resolve));
  const { port } = vendor.address() as AddressInfo;
  const email = createMailProvider(`http://127.0.0.1:${port}`);
  const { MONGODB_URI: mongodbUri = '' } = process.env;
  started = await TestBackend.start({
    ...{ mongodbUri, email, ...club },
    domains: (dependencies) => [...club.domains(dependencies), composeLimit(dependencies)],
  });
});
after(async () => {
  await started.close();
  vendor.close();
});

class ClubFullError extends defineError('CLUB_ERR_02', 409) {}

/** Hears of a sign-up after the memberships do, in the same transaction. */
function composeLimit({ events }: BackendDependencies<Fields>): Domain {
  const listener = { name: 'limit.refuse', during: 'transaction' } as const;
  events.on(accountCreated, listener, async () => {
    if (isFull) {
      throw new ClubFullError('The club is full.');
    }
  });
  return {
    manifest: defineModule({ name: 'limit', listensTo: [accountCreated] }),
    initialize: async () => [],
  };
}

async function call(method: string, path: string, body?: object, headers: object = {}) {
  const response = await fetch(`${started.address}/api${path}`, {
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const ada = { first_name: 'Ada', last_name: '', password: 'analytical engine' };

test('field: is stored with sign-up and answered', async () => {
  const form = { ...ada, username: 'field@rowing.example', club: 'rowing' };
  const { status, body } = await call('POST', '/accounts', form);
  deepEqual([status, body['club'], body['locale']], [201, 'rowing', 'en']);
  const refused = await call('POST', '/accounts', { ...form, club: 'golf' });
  equal(refused.status, 400);
});

test('policy: takes only addresses of the club', async () => {
  const form = { ...ada, username: 'policy@chess.example', club: 'rowing' };
  const { status, body } = await call('POST', '/accounts', form);
  deepEqual([status, body['code']], [403, 'CLUB_ERR_01']);
});

test('topic: welcomes in the language of the account', async () => {
  for (const locale of ['en', 'de'] as const) {
    await started.signUp({ username: `topic-${locale}@chess.example`, locale });
  }
  await started.runDueWork();
  const english = mails.find(({ to }) => to === 'topic-en@chess.example');
  equal(english?.subject, 'Welcome to the chess club');
  match(english?.text ?? '', /You are the first member\./);
  const german = mails.find(({ to }) => to === 'topic-de@chess.example');
  equal(german?.subject, 'Willkommen im Schachclub');
  match(german?.text ?? '', /Wir sind jetzt 2 Mitglieder\./);
});

test('provider: gets topic, locale and a key that tells duplicates', async () => {
  await started.signUp({ username: 'provider@chess.example', locale: 'de' });
  await started.runDueWork();
  const mail = mails.find(({ to }) => to === 'provider@chess.example');
  deepEqual([mail?.topic, mail?.locale], ['membership.welcome', 'de']);
  match(mail?.key ?? '', /^[0-9a-f]{24}$/);
});

test('module: a membership comes and goes with its account', async () => {
  const user = await started.signUp({ username: 'module@rowing.example', club: 'rowing' });
  const { context, headers } = await started.logIn(user);
  const { id } = user.account;
  const exported = await call('GET', `/accounts/${id}/export`, undefined, headers);
  equal((exported.body['memberships'] as object[]).length, 1);

  await started.backend.accounts.deletion.deleteAccount({ accountId: id }, context);
  await started.backend.accounts.deletion.eraseAccount({ accountId: id }, context);
  const memberships = started.backend.database.collection('memberships');
  equal(await memberships.countDocuments({ account_id: id }), 0);
});

test('module: a sign-up that is refused leaves no membership and no welcome', async () => {
  const memberships = started.backend.database.collection('memberships');
  const before = await memberships.countDocuments({});
  const form = { ...ada, username: 'refused@chess.example' };
  isFull = true;
  const refused = await call('POST', '/accounts', form);
  isFull = false;
  await started.runDueWork();
  deepEqual([refused.status, refused.body['code']], [409, 'CLUB_ERR_02']);
  equal(await memberships.countDocuments({}), before);
  equal(
    mails.some(({ to }) => to === form.username),
    false,
  );
  equal((await call('POST', '/accounts', form)).status, 201);
});

test('route: is for its owner, or for whoever is logged in', async () => {
  const user = await started.signUp({ username: 'route@rowing.example', club: 'rowing' });
  const { headers } = await started.logIn(user);
  const stranger = await started.signUp({ username: 'stranger@chess.example' });
  const path = `/accounts/${user.account.id}/membership`;
  const own = await call('GET', path, undefined, headers);
  deepEqual([own.status, own.body['club']], [200, 'rowing']);
  equal((await call('GET', path)).status, 401);
  const other = await started.logIn(stranger);
  equal((await call('GET', path, undefined, other.headers)).status, 401);
  equal((await call('GET', '/clubs/rowing', undefined, other.headers)).status, 200);
  equal((await call('GET', '/clubs/rowing')).status, 401);
  equal((await call('GET', '/clubs/golf', undefined, headers)).status, 400);
});
