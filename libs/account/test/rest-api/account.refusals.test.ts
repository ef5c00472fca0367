import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApp, type Owner, type TestApp } from './app.ts';

let app: TestApp;
let owner: Owner;
const password = 'analytical engine';
const form = { first_name: 'Ada', last_name: '', username: 'grace', password };

beforeAll(async () => {
  app = await createApp();
  owner = await app.createOwner('ada', password);
});
afterAll(async () => {
  await app.close();
});

/** One place and one message, which is also the answer's. */
function expectOneDetail(body: Record<string, unknown>, path: string): void {
  expect(body['details']).toEqual([{ path, message: body['message'] }]);
  expect(body['message']).toMatch(/^([a-z_]+ (must|is) |Please |The |At least )/);
}

describe('a refused sign-up names the field', () => {
  it.each([
    [{ ...form, password: 'short' }, '/password'],
    [{ ...form, password: 'x'.repeat(129) }, '/password'],
    [{ ...form, password: 'password123' }, '/password'],
    [{ ...form, password: 'org-api-12345' }, '/password'],
    [{ ...form, password: 'grace12345', username: 'grace' }, '/password'],
    [{ ...form, username: ' ' }, '/username'],
    [{ ...form, username: 'gr\u200bace' }, '/username'],
    [{ ...form, username: 'x'.repeat(257) }, '/username'],
    [{ ...form, first_name: 'x'.repeat(257) }, '/first_name'],
    [{ ...form, last_name: 'a\u0000b' }, '/last_name'],
    [{ phone_number: { country_code: '+91', phone_number: '12' } }, '/phone_number'],
    [{ phone_number: { country_code: '+91' } }, '/phone_number/phone_number'],
    [{ nothing: 'known' }, ''],
  ])('of %j', async (body, path) => {
    const answer = await app.send('POST', '/accounts', { body });

    expect(answer.status).toBe(400);
    expectOneDetail(answer.body, path);
  });
});

describe('a refused change names the field', () => {
  it.each([
    [{ current_password: password, new_password: 'short' }, '/new_password'],
    [{ current_password: password, new_password: 'password123' }, '/new_password'],
    [{ current_password: password, new_password: 'ada12345' }, '/new_password'],
    [{ token: 'x', new_password: 'short' }, '/new_password'],
    [{ first_name: 'x'.repeat(257) }, '/first_name'],
    [{ last_name: 7 }, '/last_name'],
    [{}, ''],
  ])('of %j', async (body, path) => {
    const { id, token } = owner;
    const answer = await app.send('PATCH', `/accounts/${id}`, { token, body });

    expect(answer).toMatchObject({ status: 400, body: { code: 'ACCOUNT_ERR_04' } });
    expectOneDetail(answer.body, path);
  });

  it('of preferences', async () => {
    const { id, token } = owner;
    const path = `/accounts/${id}/notification-preferences`;
    const answer = await app.send('PATCH', path, { token, body: {} });

    expect(answer.status).toBe(400);
    expectOneDetail(answer.body, '');
  });
});

describe('an ended session', () => {
  it('is told to log in again', async () => {
    const { id, token } = await app.createOwner('gone@example.com');
    const deleted = await app.send('DELETE', `/accounts/${id}`, { token });
    const afterwards = await app.send('GET', `/accounts/${id}`, { token });

    expect(deleted.headers.get('clear-site-data')).toBe('"cache"');
    expect(afterwards).toMatchObject({
      status: 401,
      body: { code: 'ACCESS_TOKEN_ERR_05', message: expect.stringContaining('log in again') },
    });
  });
});
