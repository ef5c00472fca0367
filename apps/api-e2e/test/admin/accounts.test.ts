import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { get, post, remove } from '../client.ts';
import { AdminDesk, reason, type Person } from './admin-desk.ts';

const unknown = '64b00000000000000000000a';

let desk: AdminDesk;

beforeAll(async () => {
  desk = await AdminDesk.start();
});
afterAll(() => desk.close());

async function logIn({ username, password }: Person) {
  return post(`${desk.api}/access-tokens`, { username, password });
}

async function isLoggedIn({ id, token }: Person): Promise<boolean> {
  return (await get(`${desk.api}/accounts/${id}`, token)).status === 200;
}

async function recordsOf(operation: string, { id }: Person) {
  const records = await desk.records(operation);
  return records.filter((record) => record['resource_id'] === id);
}

describe('an account', () => {
  it('is disabled and enabled, also if it is so already', async () => {
    const ada = await desk.person();
    const ask = (what: string) => desk.post(`/admin/accounts/${ada.id}/${what}`, { reason });

    for (const what of ['disable', 'disable']) {
      expect(await ask(what)).toMatchObject({
        status: 200,
        body: { account_id: ada.id, state: 'disabled' },
      });
    }
    expect(await isLoggedIn(ada)).toBe(false);
    expect(await logIn(ada)).toMatchObject({ status: 401, body: { code: 'ACCOUNT_ERR_03' } });
    for (const what of ['enable', 'enable']) {
      expect(await ask(what)).toMatchObject({
        status: 200,
        body: { account_id: ada.id, state: 'active' },
      });
    }
    expect(await isLoggedIn(ada)).toBe(false);
    expect((await logIn(ada)).status).toBe(201);
    const records = await desk.records('accounts.disable');
    expect(records).toMatchObject(
      [1, 2].map(() => ({
        resource_type: 'accounts',
        resource_id: ada.id,
        outcome: 'success',
        changes: { reason: { new: reason } },
      })),
    );
  });

  it.each(['disable', 'delete'])(
    'of the last admin stays at %s, and the attempt is recorded',
    async (what) => {
      const { id } = desk.admin;

      expect(await desk.post(`/admin/accounts/${id}/${what}`, { reason })).toMatchObject({
        status: 409,
        body: { code: 'ROLE_ERR_05' },
      });

      expect((await desk.get('/admin/me')).status).toBe(200);
      const [record] = await desk.records(`accounts.${what}`);
      expect(record).toMatchObject({ resource_id: id, outcome: 'failure' });
    },
  );

  it('of the last admin is not deleted by its owner either', async () => {
    const { id, token } = desk.admin;

    expect(await remove(`${desk.api}/accounts/${id}`, token)).toMatchObject({
      status: 409,
      body: { code: 'ROLE_ERR_05' },
    });
  });

  it.each(['active', 'disabled'])(
    'is deleted by an operator, if %s, and restored so',
    async (state) => {
      const ada = await desk.person();
      const ask = (what: string) => desk.post(`/admin/accounts/${ada.id}/${what}`, { reason });
      if (state === 'disabled') {
        await ask('disable');
      }

      const deleted = { status: 200, body: { account_id: ada.id, state: 'deleted' } };
      expect(await ask('delete')).toMatchObject(deleted);

      expect(await isLoggedIn(ada)).toBe(false);
      expect(await logIn(ada)).toMatchObject({ status: 401, body: { code: 'ACCOUNT_ERR_03' } });
      expect(await ask('delete')).toMatchObject({ status: 404, body: { code: 'ACCOUNT_ERR_02' } });
      const about = { resource_type: 'accounts', resource_id: ada.id };
      expect(await recordsOf('accounts.delete', ada)).toMatchObject([
        { ...about, outcome: 'failure' },
        { ...about, outcome: 'success', changes: { reason: { new: reason } } },
      ]);
      const notice = { account_id: ada.id, topic: 'account-deleted' };
      expect(await desk.collection('notification_deliveries').countDocuments(notice)).toBe(1);
      expect(await ask('erase')).toMatchObject({ status: 409, body: { code: 'ADMIN_ERR_02' } });
      expect(await ask('restore')).toMatchObject({ status: 200, body: { state } });
    },
  );

  it('loses its sessions, and nothing else', async () => {
    const ada = await desk.person();
    const grace = await desk.person();

    const ask = () => desk.post(`/admin/accounts/${ada.id}/end-sessions`, { reason });
    expect([(await ask()).status, (await ask()).status]).toEqual([204, 204]);

    expect(await isLoggedIn(ada)).toBe(false);
    expect(await isLoggedIn(grace)).toBe(true);
    expect((await logIn(ada)).status).toBe(201);
  });

  it('is restored once after its deletion', async () => {
    const ada = await desk.person();
    await remove(`${desk.api}/accounts/${ada.id}`, ada.token);
    const restore = () => desk.post(`/admin/accounts/${ada.id}/restore`, { reason });

    expect(await restore()).toMatchObject({
      status: 200,
      body: { account_id: ada.id, state: 'active' },
    });
    expect((await logIn(ada)).status).toBe(201);
    expect(await restore()).toMatchObject({ status: 409, body: { code: 'ACCOUNT_ERR_10' } });
    expect(await recordsOf('accounts.restore', ada)).toMatchObject([
      { outcome: 'failure' },
      { outcome: 'success' },
    ]);
  });

  it('is erased for good, earlier than its owner could regret only if that is meant', async () => {
    const ada = await desk.person();
    const erase = (fields = {}) =>
      desk.post(`/admin/accounts/${ada.id}/erase`, { ...fields, reason });
    expect(await erase()).toMatchObject({ status: 409, body: { code: 'ACCOUNT_ERR_10' } });
    await remove(`${desk.api}/accounts/${ada.id}`, ada.token);
    expect(await erase()).toMatchObject({ status: 409, body: { code: 'ADMIN_ERR_02' } });

    const answer = await erase({ now: true });

    expect(answer).toMatchObject({
      status: 202,
      body: { job_id: expect.stringMatching(/^[0-9a-f]{24}$/) as string },
    });
    await desk.test.runDueWork();
    expect(await desk.storedText()).not.toContain(ada.username);
    const record = await desk
      .collection('audit_log')
      .findOne({ resource_id: ada.id, action: 'authz_admin', outcome: 'success' });
    // The reason may have named its owner.
    expect(record).toMatchObject({
      actor_id: desk.admin.id,
      changes: { reason: { new: '[erased]' } },
    });
  });

  it('is exported for its owner, secrets left out', async () => {
    const ada = await desk.person();
    const own = await get(`${desk.api}/accounts/${ada.id}/export`, ada.token);

    const { status, body } = await desk.post(`/admin/accounts/${ada.id}/export`, { reason });

    expect(status).toBe(200);
    expect(body).toMatchObject({ account: { id: ada.id, username: ada.username } });
    expect(Object.keys(body)).toEqual(Object.keys(own.body));
    expect(JSON.stringify(body)).not.toMatch(/argon2|hashed_password":"/);
    expect(await desk.records('accounts.export')).toMatchObject([
      { resource_id: ada.id, outcome: 'success', changes: { reason: { new: reason } } },
    ]);
  });

  it.each(['disable', 'enable', 'end-sessions', 'delete', 'restore', 'erase', 'export'])(
    'answers 404 to %s where there is none',
    async (what) => {
      for (const id of [unknown, 'no-id', 'a'.repeat(5_000)]) {
        const answer = await desk.post(`/admin/accounts/${id}/${what}`, { reason });
        expect([id, answer.status, answer.body]).toMatchObject([
          id,
          404,
          { code: 'ACCOUNT_ERR_02' },
        ]);
      }
      expect(await desk.storedText()).not.toContain('no-id');
    },
  );

  it('is found by an id in capitals, too', async () => {
    const ada = await desk.person();

    const answer = await desk.post(`/admin/accounts/${ada.id.toUpperCase()}/disable`, { reason });

    expect(answer).toMatchObject({ status: 200, body: { account_id: ada.id } });
    const document = await desk.collection('accounts').findOne({ _id: new ObjectId(ada.id) });
    expect(document?.['disabled_at']).toBeInstanceOf(Date);
  });
});

describe('the end of all sessions', () => {
  it('is that of everybody, the operator included', async () => {
    const ada = await desk.person();
    const { headers } = await desk.test.logInByCookie(ada);

    const answer = await desk.post('/admin/sessions/end-all', { reason });

    expect(answer).toMatchObject({ status: 200, body: { ended_at: expect.any(String) as string } });
    expect(await isLoggedIn(ada)).toBe(false);
    expect((await fetch(`${desk.api}/sessions/current`, { headers })).status).toBe(401);
    expect((await desk.get('/admin/me')).status).toBe(401);
    expect(await desk.records('sessions.end-all')).toMatchObject([
      { resource_type: 'sessions', outcome: 'success' },
    ]);
    desk.test.clock.advance(1);
    expect((await logIn(ada)).status).toBe(201);
  });
});
