import { afterAll, beforeAll, expect, it } from 'vitest';

import { AdminDesk, reason, type Person } from './admin-desk.ts';

let desk: AdminDesk;
let support: Person;
let ada: Person;

beforeAll(async () => {
  desk = await AdminDesk.start();
  support = await desk.person('support');
  ada = await desk.person();
});
afterAll(() => desk.close());

const refused = { status: 403, body: { code: 'ROLE_ERR_04' } };

it.each([
  ['disable', {}],
  ['end-sessions', {}],
  ['send-reset', {}],
  ['resend-code', { channel: 'email' }],
  ['unlock', {}],
  ['contact-requests', { email: 'thief@mail.example' }],
])('support cannot %s an admin', async (what, body) => {
  const path = `/admin/accounts/${desk.admin.id}/${what}`;

  expect(await desk.post(path, { ...body, reason }, support)).toMatchObject(refused);
  expect((await desk.get('/admin/me')).status).toBe(200);
  const denied = { actor_id: support.id, action: 'authz_admin', outcome: 'denied' };
  expect(await desk.collection('audit_log').findOne(denied, { sort: { _id: -1 } })).toMatchObject({
    resource_id: desk.admin.id,
  });
});

it('nobody deletes who may do more', async () => {
  const eve = await desk.person();
  await desk.post('/admin/roles', { name: 'remover', permissions: ['accounts.delete'], reason });
  await desk.post(`/admin/accounts/${eve.id}/grant-role`, { role: 'remover', reason });
  const remove = (id: string, by: Person) =>
    desk.post(`/admin/accounts/${id}/delete`, { reason }, by);

  expect(await remove(support.id, eve)).toMatchObject(refused);
  expect(await remove(ada.id, support)).toMatchObject({
    status: 403,
    body: { code: 'ACCESS_TOKEN_ERR_09' },
  });
  const other = await desk.person();
  expect(await remove(other.id, eve)).toMatchObject({ status: 200 });
});

it('nobody approves a contact of who may do more since it was asked for', async () => {
  const approver = await desk.person('support');
  const permissions = ['accounts.read', 'accounts.approve-contact'];
  await desk.post('/admin/roles', { name: 'approver', permissions, reason });
  await desk.post(`/admin/accounts/${approver.id}/grant-role`, { role: 'approver', reason });
  const email = 'ada@mail.example';
  const path = `/admin/accounts/${ada.id}/contact-requests`;
  const asked = await desk.post(path, { email, reason }, support);
  await desk.post(`/admin/accounts/${ada.id}/grant-role`, { role: 'admin', reason });
  const approve = (by: Person) =>
    desk.post(`/admin/contact-requests/${String(asked.body['id'])}/approve`, { reason }, by);

  expect(await approve(approver)).toMatchObject(refused);
  expect((await desk.get(`/admin/accounts/${ada.id}`)).body['email']).toBeNull();

  expect((await approve(desk.admin)).status).toBe(200);
});
