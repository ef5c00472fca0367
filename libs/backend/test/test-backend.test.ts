import { readFileSync } from 'node:fs';

import { defineAccountFields } from '@org/account';
import { AccountInvalidCredentialsError } from '@org/account';
import { defineModule, InvalidModuleError } from '@org/core';
import { MongoClient } from 'mongodb';
import { afterEach, describe, expect, inject, it } from 'vitest';
import * as Type from 'typebox';

import type { ComposeDomains, Domain } from '../src/domain.ts';
import { TestBackend, type TestBackendOptions } from '../src/testing/index.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const started: Pick<TestBackend, 'close'>[] = [];

async function start(options: Partial<TestBackendOptions> = {}): Promise<TestBackend> {
  const test = await TestBackend.start({ mongodbUri: inject('mongodbUri'), ...options });
  started.push(test);
  return test;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((test) => test.close()));
});

describe(TestBackend, () => {
  it('logs in as a browser does', async () => {
    const test = await start();
    const ada = await test.signUp();

    const { headers, accountId, transport } = await test.logInByCookie(ada);

    expect([accountId, transport]).toEqual([ada.account.id, 'cookie']);
    const path = `${test.address}/api/sessions/current`;
    expect((await fetch(path, { method: 'DELETE', headers })).status).toBe(204);
    await expect(test.logInByCookie({ ...ada, password: 'another' })).rejects.toThrow('401');
  });

  it('signs up and logs in, each time as somebody else', async () => {
    const test = await start();
    const [ada, eve] = [await test.signUp({ firstName: 'Ada' }), await test.signUp()];

    const { headers, context, accountId } = await test.logIn(ada);

    expect(accountId).toBe(ada.account.id);
    expect(context.actor).toEqual({ type: 'account', id: accountId });
    const own = await fetch(`${test.address}/api/accounts/${accountId}`, { headers });
    expect(await own.json()).toMatchObject({ first_name: 'Ada', username: ada.username });
    const foreign = await fetch(`${test.address}/api/accounts/${eve.account.id}`, { headers });
    expect(foreign.status).toBe(401);
    const { username } = ada;
    await expect(test.logIn({ username, password: eve.password })).rejects.toThrow(
      AccountInvalidCredentialsError,
    );
  });

  it.runIf(process.platform === 'linux')('ends the process that hashes passwords', async () => {
    const children = () => readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
    const before = children();
    const passwordHashing = { memoryKibibytes: 8, iterations: 1, usesChildProcess: true };
    const test = await start({ settings: { account: { passwordHashing } } });
    await test.signUp();
    expect(children()).not.toBe(before);

    await test.backend.close();

    expect(children()).toBe(before);
  });

  it('lets routes of an app ask for a recent authentication', async () => {
    const test = await start();
    const { headers } = await test.logIn(await test.signUp());
    const authenticate = () => test.backend.authenticate(headers, { recent: true });
    expect(await authenticate()).toHaveProperty('accountId');

    test.clock.advance(11 * MINUTE);

    expect(await test.backend.authenticate(headers)).toHaveProperty('accountId');
    await expect(authenticate()).rejects.toMatchObject({
      statusCode: 403,
      code: 'ACCESS_TOKEN_ERR_08',
    });
  });

  it('keeps messages once their work is done', async () => {
    const test = await start();
    const { username } = await test.signUp();

    const response = await fetch(`${test.address}/api/password-reset-tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username }),
    });

    expect(response.status).toBe(201);
    expect(test.messages.emails).toEqual([]);
    await test.runDueWork();
    expect(test.messages.emails).toMatchObject([
      { message: { to: username }, options: { topic: 'password-reset' } },
    ]);
  });

  it('does what is due later when the clock has moved', async () => {
    const test = await start();
    const { account, username, password } = await test.signUp();
    const { context } = await test.logIn({ username, password });
    await test.backend.accounts.deletion.deleteAccount({ accountId: account.id }, context);
    const accounts = test.backend.database.driver.collection('accounts');
    await test.runDueWork();
    expect(await accounts.countDocuments()).toBe(1);

    test.clock.advance(31 * DAY);
    await test.runDueWork();

    expect(await accounts.countDocuments()).toBe(0);
  });

  it('takes options like any backend', async () => {
    const fields = defineAccountFields({ plan: { schema: Type.String(), default: 'free' } });
    const test = await TestBackend.start({ mongodbUri: inject('mongodbUri'), fields });
    started.push(test);

    expect((await test.signUp({ plan: 'gold' })).account.plan).toBe('gold');
  });

  it('leaves nothing behind, whatever work does at the end', async () => {
    const { domain, compose, databaseName } = diary();
    domain.stopWork = async () => {
      await database().collection('diaries').insertOne({});
    };
    const test = await TestBackend.start({ mongodbUri: inject('mongodbUri'), domains: compose });
    const database = () => test.backend.database.driver;
    expect(await exists(databaseName())).toBe(true);

    await test.close();

    expect(await exists(databaseName())).toBe(false);
    await expect(fetch(test.address)).rejects.toThrow();
  });

  it('leaves nothing behind if it does not start', async () => {
    const { domain, compose, databaseName } = diary();
    domain.initialize = () =>
      Promise.resolve([{ collectionName: 'diaries', accountFields: [], indexConflicts: [] }]);

    await expect(start({ domains: compose })).rejects.toThrow(InvalidModuleError);

    expect(databaseName()).toMatch(/^test-/);
    expect(await exists(databaseName())).toBe(false);
  });
});

/** A domain, and the name of the database that it is built on. */
function diary() {
  let databaseName = '';
  const domain: Domain = {
    manifest: defineModule({ name: 'diary', collections: {} }),
    initialize: () => Promise.resolve([]),
  };
  const compose: ComposeDomains = ({ database }) => {
    ({ databaseName } = database.driver);
    return [domain];
  };
  return { domain, compose, databaseName: () => databaseName };
}

async function exists(databaseName: string): Promise<boolean> {
  const client = await MongoClient.connect(inject('mongodbUri'));
  const { databases } = await client.db().admin().listDatabases();
  await client.close();
  return databases.some(({ name }) => name === databaseName);
}
