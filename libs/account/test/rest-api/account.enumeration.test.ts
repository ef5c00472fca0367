import * as argon2 from 'argon2';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { anonymous } from '../services.ts';
import { createApp, type Answer, type Owner, type TestApp } from './app.ts';

vi.mock('argon2', { spy: true });

const password = 'analytical engine';
const phone_number = { country_code: '+91', phone_number: '9999999999' };

let app: TestApp;
let owner: Owner;

beforeAll(async () => {
  app = await createApp();
  owner = await app.createOwner('ada@example.com', password);
  const gone = await app.createOwner('gone@example.com', password);
  await app.send('DELETE', `/accounts/${gone.id}`, { token: gone.token });
  await app.send('POST', '/accounts', { body: { phone_number } });
  await app
    .collection('accounts')
    .updateOne(
      { 'phone_number.phone_number': phone_number.phone_number },
      { $set: { username: 'phone-only', first_name: 'Ada', created_at: new Date(0) } },
    );
});
beforeEach(() => {
  vi.clearAllMocks();
  app.commands.length = 0;
});
afterAll(async () => {
  await app.close();
});

/** An answer without what differs between any two. */
function comparable({ status, headers, body }: Answer): object {
  const kept = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  return { status, headers: Object.fromEntries(kept), body };
}

describe('a login', () => {
  it('answers alike, after the same work, whatever is wrong', async () => {
    const attempts = [
      ['ada@example.com', 'wrong password'],
      ['unknown@example.com', password],
      ['gone@example.com', password],
      ['phone-only', password],
      ['ada@example.com', 'x'.repeat(20_000)],
      ['unknown@example.com', 'x'.repeat(20_000)],
      ['', ''],
    ] as const;
    const seen: object[] = [];
    for (const [username, attempt] of attempts) {
      vi.clearAllMocks();
      const answer = await app.login(username, attempt);
      seen.push({
        ...comparable(answer),
        hashes:
          vi.mocked(argon2.verify).mock.calls.length + vi.mocked(argon2.hash).mock.calls.length,
      });
    }

    expect(seen[0]).toMatchObject({ status: 401, body: { code: 'ACCOUNT_ERR_03' }, hashes: 1 });
    expect(seen).toEqual(Array(attempts.length).fill(seen[0]));
  });
});

describe('a login by e-mail address', () => {
  it('answers alike, after the same work, whatever is wrong', async () => {
    await app.accounts.admitProvedEmail({ emailAddress: 'known@example.com' }, anonymous);
    const attempts = [
      ['known@example.com', 'wrong password'],
      ['unknown@example.com', password],
      // A username that nobody has proved.
      ['ada@example.com', password],
      ['gone@example.com', password],
      ['known@example.com', 'x'.repeat(20_000)],
      [`${'x'.repeat(20_000)}@example.com`, password],
      ['', ''],
    ] as const;
    const seen: object[] = [];
    for (const [emailAddress, attempt] of attempts) {
      vi.clearAllMocks();
      const params = { emailAddress, password: attempt };
      const answer = await app.accounts
        .getAccountByEmailAndPassword(params, anonymous)
        .catch((error: unknown) => error);
      const hashes = vi.mocked(argon2.verify).mock.calls.length;
      seen.push({ answer, hashes });
    }

    expect(seen[0]).toMatchObject({ answer: { code: 'ACCOUNT_ERR_03' }, hashes: 1 });
    expect(seen).toEqual(Array(attempts.length).fill(seen[0]));
  });
});

describe('a request for a password reset', () => {
  it('answers alike, after the same commands, for a known and an unknown name', async () => {
    const seen: object[] = [];
    for (const username of ['ada@example.com', 'unknown@example.com', 'gone@example.com']) {
      app.commands.length = 0;
      const answer = await app.accounts.requestPasswordReset({ username }, anonymous);
      seen.push({ answer, commands: [...app.commands] });
    }

    expect(seen).toEqual(Array(3).fill(seen[0]));
    expect(app.jobs.dispatched).toHaveLength(3);
  });
});

describe('the phone form', () => {
  it('tells nothing of a known account but its id and number', async () => {
    const known = await app.send('POST', '/accounts', { body: { phone_number } });
    const created = await app.send('POST', '/accounts', {
      body: { phone_number: { ...phone_number, phone_number: '9999999998' } },
    });

    expect(known.status).toBe(201);
    expect({ ...known.body, id: '', phone_number }).toEqual({
      ...created.body,
      id: '',
      phone_number,
    });
    expect(known.body).toMatchObject({ phone_number, username: '', first_name: '' });
  });
});

describe('an account of somebody else', () => {
  it.each([
    ['GET', '', undefined],
    ['GET', '/export', undefined],
    ['PATCH', '', { first_name: 'A' }],
    ['PATCH', '/notification-preferences', { sms_enabled: true }],
    ['GET', '/notification-preferences', undefined],
    ['DELETE', '', undefined],
    ['DELETE', '/email', undefined],
    ['DELETE', '/phone-number', undefined],
    ['POST', '/contact-changes', { email: 'eve@example.com' }],
    ['POST', '/contact-changes/64b000000000000000000009', { code: '123456' }],
  ])(
    'answers %s %s like one that does not exist, and like no id at all',
    async (method, path, body) => {
      const { token } = await app.createOwner(`grace-${method}${path}@example.com`);
      const ids = [owner.id, '64b000000000000000000009', 'malformed', 'x'.repeat(3_000), '%00'];

      const answers = await Promise.all(
        ids.map((id) => app.send(method, `/accounts/${id}${path}`, { token, body })),
      );

      expect(answers[0]).toMatchObject({ status: 401, body: { code: 'ACCESS_TOKEN_ERR_01' } });
      expect(answers.map(comparable)).toEqual(Array(ids.length).fill(comparable(answers[0]!)));
    },
  );
});
