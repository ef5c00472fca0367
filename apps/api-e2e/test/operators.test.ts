import { MongoClient, ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { get, post, remove, signUpAndLogIn } from './client.ts';
import { onThrowawayDatabase, Program, runOrgAdmin } from './program.ts';

const environment = onThrowawayDatabase();
const mongodb = new MongoClient(environment.MONGODB_URI);
let program: Program;
let api: string;

beforeAll(async () => {
  program = Program.run(environment);
  api = `${await program.ready()}/api`;
});
afterAll(async () => {
  await program.stop();
  await mongodb.db().dropDatabase();
  await mongodb.close();
});

const runAdmin = (...words: string[]) => runOrgAdmin(environment, ...words);

const reason = ['--reason', 'ticket 4711'];

describe('org-admin', () => {
  it('restores a deleted account, with its password and its name', async () => {
    const { id, token, user } = await signUpAndLogIn(api, 'ada');
    await remove(`${api}/accounts/${id}`, token);
    expect(await post(`${api}/access-tokens`, user)).toMatchObject({ status: 401 });

    expect(await runAdmin('accounts', 'restore', id, ...reason)).toBe(
      `Account ${id} is restored.\n`,
    );

    expect(await post(`${api}/access-tokens`, user)).toMatchObject({
      status: 201,
      body: { account_id: id },
    });
  });

  it('says so when the name was taken again', async () => {
    const { id, token, user } = await signUpAndLogIn(api, 'grace');
    await remove(`${api}/accounts/${id}`, token);
    await post(`${api}/accounts`, user);

    await expect(runAdmin('accounts', 'restore', id, ...reason)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('grace'),
    });
  });

  it('has the personal data of a deleted account erased, tasks included', async () => {
    const { id, token } = await signUpAndLogIn(api, 'erasable-name');
    const task = { title: 'secret plan', description: 'of erasable-name' };
    await post(`${api}/accounts/${id}/tasks`, task, token);
    await remove(`${api}/accounts/${id}`, token);

    await runAdmin('accounts', 'erase', id, '--yes', '--now', ...reason);

    const findTraces = async () => {
      const traces: string[] = [];
      for (const collection of await mongodb.db().collections()) {
        const documents = await collection.find().toArray();
        const found = documents.filter((document) =>
          /erasable-name|secret plan/.test(JSON.stringify(document)),
        );
        traces.push(...found.map(() => collection.collectionName));
      }
      return traces;
    };
    await expect.poll(findTraces).toEqual([]);
    const record = await mongodb
      .db()
      .collection('audit_log')
      .findOne({ resource_type: 'accounts', resource_id: id, action: 'create' });
    expect(record).toMatchObject({ changes: { username: { new: '[erased]' } } });
    expect(
      await mongodb
        .db()
        .collection('accounts')
        .findOne({ _id: new ObjectId(id) }),
    ).not.toMatchObject({
      username: 'erasable-name',
    });
  });

  it('finds, shows, disables, enables and helps an account', { timeout: 240_000 }, async () => {
    const { id, token, user } = await signUpAndLogIn(api, 'dorothy@example.com');
    const runForJson = async (...words: string[]) =>
      JSON.parse(await runAdmin(...words, '--json')) as Record<string, unknown>;

    expect(await runForJson('accounts', 'search', 'DOROTHY@')).toMatchObject({
      items: [{ id, state: 'active', username: 'dorothy@example.com' }],
    });
    await runAdmin('accounts', 'disable', id, ...reason);
    await expect.poll(async () => (await get(`${api}/accounts/${id}`, token)).status).toBe(401);
    expect(await post(`${api}/access-tokens`, user)).toMatchObject({
      status: 401,
      body: { code: 'ACCOUNT_ERR_03' },
    });
    expect(await runForJson('accounts', 'search', 'doro', '--state', 'disabled')).toMatchObject({
      items: [{ id }],
    });
    await runAdmin('accounts', 'enable', id, ...reason);
    await runAdmin('accounts', 'send-reset', id, ...reason);
    expect(await runForJson('accounts', 'show', id)).toMatchObject({
      ...{ id, state: 'active', sessions: [] },
      deliveries: [
        { topic: 'password-reset' },
        { topic: 'account-enabled' },
        { topic: 'account-disabled' },
      ],
    });
    const login = await post(`${api}/access-tokens`, user);
    await runAdmin('sessions', 'end-all', ...reason);
    const readAgain = () => get(`${api}/accounts/${id}`, String(login.body['token']));
    await expect.poll(async () => (await readAgain()).status).toBe(401);
    const exported = await runForJson('accounts', 'export-data', id, ...reason);
    expect(exported).toMatchObject({ account: { id }, notification: expect.any(Object) });
    const recorded = { resource_id: id, action: 'authz_admin', 'changes.reason.new': reason[1] };
    expect(await mongodb.db().collection('audit_log').countDocuments(recorded)).toBe(4);
  });

  it('rotates the signing keys, and no token is refused for it', async () => {
    const { id, token, user } = await signUpAndLogIn(api, 'alan');
    const keys = async () => {
      const { body } = await get(`${new URL(api).origin}/.well-known/jwks.json`);
      return (body['keys'] as { kid: string }[]).map(({ kid }) => kid);
    };
    const before = await keys();

    await runAdmin('keys', 'rotate', ...reason);

    expect(await get(`${api}/accounts/${id}`, token)).toMatchObject({ status: 200 });
    await expect.poll(keys).not.toEqual(before);
    const login = await post(`${api}/access-tokens`, user);
    const newToken = login.body['token'] as string;
    expect(await get(`${api}/accounts/${id}`, newToken)).toMatchObject({ status: 200 });
  });

  it('rotates while requests come in, and none is refused', async () => {
    const { id, token, user } = await signUpAndLogIn(api, 'katherine');
    const path = `${api}/accounts/${id}`;
    const statuses = new Set<number>();
    let isRotating = true;
    const readOverAndOver = async () => {
      while (isRotating) {
        statuses.add((await get(path, token)).status);
      }
    };
    const logInOverAndOver = async () => {
      while (isRotating) {
        const login = await post(`${api}/access-tokens`, user);
        statuses.add((await get(path, login.body['token'] as string)).status);
      }
    };
    const requests = [...Array.from({ length: 6 }, readOverAndOver), logInOverAndOver()];

    await runAdmin('keys', 'rotate', ...reason);
    await runAdmin('keys', 'rotate', ...reason);
    isRotating = false;
    await Promise.all(requests);

    expect([...statuses]).toEqual([200]);
  });

  it('lists jobs and runs one now', async () => {
    expect(await runAdmin('jobs', 'list')).toContain('account.erase-deleted');
    const { jobId } = JSON.parse(
      await runAdmin('jobs', 'run', 'jobs.health-check', '--json', ...reason),
    ) as {
      jobId: string;
    };
    expect(jobId).toMatch(/^[0-9a-f]{24}$/);

    const runs = mongodb.db().collection('job_run');
    const succeeded = () =>
      runs.countDocuments({ job_name: 'jobs.health-check', status: 'succeeded' });
    await expect.poll(succeeded).toBeGreaterThan(0);
  });
});
