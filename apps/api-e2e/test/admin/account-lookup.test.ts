import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { patch, post } from '../client.ts';
import { AdminDesk, reason } from './admin-desk.ts';

interface Found {
  readonly id: string;
  readonly state: string;
}

let desk: AdminDesk;

beforeAll(async () => {
  desk = await AdminDesk.start();
});
afterAll(() => desk.close());

async function signUp(fields: object): Promise<string> {
  const given = { first_name: '', last_name: '', password: 'analytical-engine-1843', ...fields };
  return (await post(`${desk.api}/accounts`, given)).body['id'] as string;
}

async function search(query: string): Promise<readonly Found[]> {
  const { status, body } = await desk.get(`/admin/accounts?${query}`);
  expect(status).toBe(200);
  return body['items'] as Found[];
}

describe('accounts', () => {
  it('are found by what their names and contacts begin with, in any case', async () => {
    const ada = await signUp({
      first_name: 'Augusta',
      last_name: 'Quantrill',
      username: 'countess@example.com',
    });
    const phone = { country_code: '+91', phone_number: '9876543210' };
    const byPhone = (await post(`${desk.api}/accounts`, { phone_number: phone })).body['id'];

    for (const query of ['AUGU', 'quantr', 'CountESS@']) {
      expect((await search(`query=${query}`)).map(({ id }) => id)).toEqual([ada]);
    }
    for (const query of ['91987654', '987654', '%2B91']) {
      expect((await search(`query=${query}`)).map(({ id }) => id)).toEqual([byPhone]);
    }
    const found = await search(`query=${encodeURIComponent('+91987654')}`);
    expect(found.map(({ id }) => id)).toEqual([byPhone]);
    expect(found).toMatchObject([{ state: 'active', phone_number: phone, username: '' }]);
    expect(await search('query=nobody-of-that-name')).toEqual([]);
  });

  it('are found by their state, page by page', async () => {
    const ids: string[] = [];
    for (const name of ['zoe-1', 'zoe-2', 'zoe-3']) {
      ids.push(await signUp({ username: name }));
    }
    await desk.post(`/admin/accounts/${ids[1]}/disable`, { reason });

    const first = await desk.get('/admin/accounts?query=zoe&limit=2');
    const cursor = encodeURIComponent(first.body['next_cursor'] as string);
    const second = await desk.get(`/admin/accounts?query=zoe&limit=2&cursor=${cursor}`);

    const found = [first, second].flatMap(({ body }) => body['items'] as Found[]);
    expect(found.map(({ id }) => id)).toEqual(ids);
    expect(second.body['next_cursor']).toBeNull();
    expect((await search('query=zoe&state=disabled')).map(({ id }) => id)).toEqual([ids[1]]);
  });

  it('are looked for without a record of what was asked for', async () => {
    await search('query=somebody-private&state=active');

    const [record] = await desk.records('accounts.search');
    expect(record).toMatchObject({
      resource_type: 'accounts',
      outcome: 'success',
      changes: { parameters: { new: { state: 'active' } } },
    });
    expect(await desk.storedText()).not.toContain('somebody-private');
  });

  it.each([
    ['', 'ADMIN_ERR_01'],
    ['query=ada&state=gone', 'ADMIN_ERR_01'],
    ['query=ada&query=grace', 'ADMIN_ERR_01'],
    ['query=ada&limit=0', 'ADMIN_ERR_01'],
    ['query=', 'ACCOUNT_ERR_04'],
    ['query=%20', 'ACCOUNT_ERR_04'],
    ['query=ada&cursor=nonsense', 'ACCOUNT_ERR_04'],
    [`query=${'a'.repeat(5_000)}`, 'ACCOUNT_ERR_04'],
  ])('are not found by ?%s', async (query, code) => {
    const answer = await desk.get(`/admin/accounts?${query}`);

    expect(answer).toMatchObject({ status: 400, body: { code } });
  });

  it('are not found in a state that is none, and the message names those that are', async () => {
    const { body } = await desk.get('/admin/accounts?query=ada&state=gone');

    expect(body).toMatchObject({ message: 'state must be one of active, disabled, deleted' });
  });

  it('that are malformed keep no others from being found', async () => {
    const id = await signUp({ username: 'yvonne-1' });
    const odd = await signUp({ username: 'yvonne-2' });
    const set = { first_name: 7, created_at: 'yesterday', phone_number: 'none' };
    await desk
      .collection('accounts')
      .updateOne({ _id: new ObjectId(odd) }, { $set: set }, { bypassDocumentValidation: true });

    expect((await search('query=yvonne')).map((item) => item.id)).toContain(id);
    expect(await desk.get(`/admin/accounts/${odd}`)).toMatchObject({ status: 404 });
  });
});

describe('one account', () => {
  it('is shown with all that helps its owner', async () => {
    const grace = await desk.person('support');
    await patch(`${desk.api}/accounts/${grace.id}`, { first_name: 'Grace' }, grace.token);
    await post(`${desk.api}/password-reset-tokens`, { username: grace.username });
    await desk.test.runDueWork();
    await desk.post(`/admin/accounts/${grace.id}/end-sessions`, { reason });
    await desk.test.logIn(grace);

    const { status, body } = await desk.get(`/admin/accounts/${grace.id.toUpperCase()}`);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: grace.id,
      first_name: 'Grace',
      username: grace.username,
      email: null,
      email_verified: false,
      phone_number: null,
      phone_number_verified: false,
      state: 'active',
      disabled_at: null,
      deleted_at: null,
      fields: {},
      has_password: true,
      identities: [{ kind: 'username', value: grace.username, verified_at: null }],
      roles: ['support'],
      sessions: [{ id: expect.any(String) as string, user_agent: 'test', ip: '127.0.0.1' }],
      contact_changes: [],
    });
    expect(body['sessions']).toHaveLength(1);
    const deliveries = body['deliveries'] as { topic: string; status: string }[];
    expect(deliveries).toContainEqual(
      expect.objectContaining({ topic: 'password-reset', status: 'sent' }),
    );
    const records = body['audit'] as { changes: Record<string, unknown> }[];
    expect(records).toContainEqual(
      expect.objectContaining({
        changes: expect.objectContaining({ reason: { old: null, new: reason } }) as object,
      }),
    );
    expect(JSON.stringify(body)).not.toMatch(/argon2|reset_password\?token/);
  });

  it('is read on record', async () => {
    const { id } = await desk.person();

    await desk.get(`/admin/accounts/${id}`);
    await desk.get('/admin/accounts/64b00000000000000000000a');
    await desk.get('/admin/accounts/Ada%20Lovelace');

    const records = await desk.records('accounts.read');
    expect(records.slice(0, 3)).toMatchObject([
      { resource_id: '', outcome: 'failure' },
      { resource_id: '64b00000000000000000000a', outcome: 'failure' },
      { resource_id: id, outcome: 'success' },
    ]);
    expect(await desk.storedText()).not.toContain('Ada Lovelace');
  });
});
