import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AdminDesk, reason, type Person } from './admin-desk.ts';

let desk: AdminDesk;
let ada: Person;

beforeAll(async () => {
  desk = await AdminDesk.start();
  ada = await desk.person();
});
afterAll(() => desk.close());

describe('what one may do oneself', () => {
  it('is everything for an admin', async () => {
    const { body } = await desk.get('/admin/me');
    const permissions = await desk.get('/admin/permissions');

    const names = (permissions.body['items'] as { name: string }[]).map(({ name }) => name);
    expect(body).toEqual({ account_id: desk.admin.id, roles: ['admin'], permissions: names });
    expect(names).toContain('health.read');
    expect(names).toContain('accounts.read');
  });

  it('is told to nobody without any permission, and that is recorded', async () => {
    expect(await desk.get('/admin/me', ada)).toMatchObject({
      status: 403,
      body: { code: 'ACCESS_TOKEN_ERR_09' },
    });
    const denials = { actor_id: ada.id, action: 'authz_fail', outcome: 'denied' };
    expect(await desk.collection('audit_log').countDocuments(denials)).toBe(1);
  });
});

describe('roles', () => {
  const role = { name: 'first-line', permissions: ['deliveries.read', 'jobs.read'] };

  it('are created, changed, given, taken and removed', async () => {
    expect(await desk.post('/admin/roles', { ...role, reason })).toMatchObject({
      status: 201,
      body: { ...role, is_built_in: false },
    });
    const grant = await desk.post(`/admin/accounts/${ada.id}/grant-role`, {
      role: role.name,
      reason,
    });
    expect(grant).toMatchObject({
      status: 200,
      body: { account_id: ada.id, roles: ['first-line'] },
    });
    expect((await desk.get('/admin/jobs', ada)).status).toBe(200);
    expect((await desk.get('/admin/webhooks', ada)).status).toBe(403);

    const permissions = ['webhooks.read'];
    await desk.patch(`/admin/roles/first-line`, { permissions, reason });
    expect((await desk.get('/admin/jobs', ada)).status).toBe(403);
    expect((await desk.get('/admin/webhooks', ada)).status).toBe(200);

    expect((await desk.post('/admin/roles/first-line/remove', { reason })).status).toBe(409);
    const revocation = await desk.post(`/admin/accounts/${ada.id}/revoke-role`, {
      role: role.name,
      reason,
    });
    expect(revocation).toMatchObject({ status: 200, body: { account_id: ada.id, roles: [] } });
    expect((await desk.get('/admin/webhooks', ada)).status).toBe(403);
    expect((await desk.post('/admin/roles/first-line/remove', { reason })).status).toBe(204);
    expect((await desk.post('/admin/roles/first-line/remove', { reason })).status).toBe(404);

    for (const [operation, outcomes] of [
      ['roles.create', ['success']],
      ['roles.update', ['success']],
      ['roles.grant', ['success']],
      ['roles.revoke', ['success']],
      ['roles.remove', ['failure', 'success', 'failure']],
    ] as const) {
      const records = await desk.records(operation);
      expect(records.map(({ outcome }) => outcome as string)).toEqual(outcomes);
      expect(records[0]).toMatchObject({ changes: { reason: { new: reason } } });
    }
    expect(await desk.records('roles.grant')).toMatchObject([
      {
        resource_type: 'accounts',
        resource_id: ada.id,
        changes: { parameters: { new: { role: 'first-line' } } },
      },
    ]);
  });

  it('are listed, and so is who has them, page by page', async () => {
    const grace = await desk.person('support');

    const { body } = await desk.get('/admin/roles');
    expect(body['items']).toContainEqual({
      name: 'admin',
      permissions: ['*'],
      is_built_in: true,
    });
    const all = await desk.get('/admin/role-grants');
    const first = await desk.get('/admin/role-grants?limit=1');
    const unlimited = await desk.get(`/admin/role-grants?limit=${'9'.repeat(400)}`);
    const next = String(first.body['next_cursor']);
    const second = await desk.get(`/admin/role-grants?limit=1&cursor=${next}`);
    expect([first, second].flatMap((page) => page.body['items'])).toEqual(
      (all.body['items'] as object[]).slice(0, 2),
    );
    expect(unlimited.body['items']).toEqual(all.body['items']);
    const ofSupport = await desk.get('/admin/role-grants?role=support');
    expect(ofSupport.body['items']).toMatchObject([{ account_id: grace.id, roles: ['support'] }]);
  });

  it('given twice are as if given once', async () => {
    const grace = await desk.person('support');

    const again = await desk.post(`/admin/accounts/${grace.id}/grant-role`, {
      role: 'support',
      reason,
    });

    expect(again).toMatchObject({ status: 200, body: { roles: ['support'] } });
    const taken = { role: 'support', reason };
    expect((await desk.post(`/admin/accounts/${grace.id}/revoke-role`, taken)).status).toBe(200);
    expect(await desk.post(`/admin/accounts/${grace.id}/revoke-role`, taken)).toMatchObject({
      status: 404,
      body: { code: 'ROLE_ERR_08' },
    });
  });

  it('are not given by whoever has not all that they allow, and the attempt is recorded', async () => {
    const permissions = ['roles.read', 'roles.manage'];
    await desk.post('/admin/roles', { name: 'role-keeper', permissions, reason });
    const keeper = await desk.person('role-keeper');

    for (const [path, body] of [
      [`/admin/accounts/${keeper.id}/grant-role`, { role: 'admin' }],
      ['/admin/roles', { name: 'mine', permissions: ['accounts.read'] }],
    ] as const) {
      expect(await desk.post(path, { ...body, reason }, keeper)).toMatchObject({
        status: 403,
        body: { code: 'ROLE_ERR_04' },
      });
    }

    const denied = { actor_id: keeper.id, action: 'authz_admin', outcome: 'denied' };
    expect(await desk.collection('audit_log').countDocuments(denied)).toBe(2);
  });

  it('of the last admin stay', async () => {
    const { id } = desk.admin;

    const answer = await desk.post(`/admin/accounts/${id}/revoke-role`, { role: 'admin', reason });

    expect(answer).toMatchObject({ status: 409, body: { code: 'ROLE_ERR_05' } });
    expect((await desk.get('/admin/me')).status).toBe(200);
  });

  it.each([
    ['/admin/roles', { name: 'Ada Lovelace', permissions: [] }, 400, 'ROLE_ERR_02'],
    ['/admin/roles', { name: 'one', permissions: ['no.such'] }, 400, 'ROLE_ERR_02'],
    ['/admin/roles', { name: 'one', permissions: 'jobs.read' }, 400, 'ADMIN_ERR_01'],
    ['/admin/roles', { name: 'support', permissions: [] }, 409, 'ROLE_ERR_03'],
    ['/admin/roles', { name: 'admin', permissions: [] }, 409, 'ROLE_ERR_06'],
    ['/admin/accounts/no-id/grant-role', { role: 'support' }, 404, 'ACCOUNT_ERR_02'],
    [
      '/admin/accounts/64b00000000000000000000a/grant-role',
      { role: 'support' },
      404,
      'ACCOUNT_ERR_02',
    ],
  ])('%s takes no %j', async (path, body, status, code) => {
    expect(await desk.post(path, { ...body, reason })).toMatchObject({ status, body: { code } });
    expect(await desk.storedText()).not.toContain('Ada Lovelace');
  });
});
