import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { accountId, EMAIL, MINUTE, otherAccountId } from '../services.ts';
import { startServer, type TestServer } from './server.ts';

const NEW = 'grace@example.org';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterEach(() => {
  server.services.directory.admitted.length = 0;
});
afterAll(async () => {
  await server.close();
});

async function ask(email: unknown): Promise<Response> {
  server.services.clock.advance(MINUTE);
  return server.post('/api/email-codes', { email });
}

async function codeFor(email: string): Promise<string> {
  await ask(email);
  return server.services.mails.at(-1)!.data.code;
}

function createAccessToken(body: object, headers?: Record<string, string>): Promise<Response> {
  return server.post('/api/access-tokens', body, headers);
}

async function refusalOf(response: Response): Promise<[number, unknown]> {
  return [response.status, ((await response.json()) as { code: unknown }).code];
}

describe('POST /email-codes', () => {
  it('answers with when the code expires, the same for known and unknown', async () => {
    const known = await ask(EMAIL);
    const unknown = await ask(NEW);

    for (const response of [known, unknown]) {
      expect(response.status).toBe(201);
      expect(await response.json()).toEqual({
        expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      });
    }
    const namesIn = ({ headers }: Response) => [...headers.keys()].sort();
    expect(namesIn(unknown)).toEqual(namesIn(known));
    expect(known.headers.get('cache-control')).toBe('no-store');
  });

  it('says in the mail where the request came from', async () => {
    await server.post(
      '/api/email-codes',
      { email: EMAIL },
      { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0' },
    );

    expect(server.services.mails.at(-1)!.data).toMatchObject({
      browser: 'Firefox',
      system: 'Windows',
      address: '127.0.0.1',
    });
  });

  it.each([
    [{ email: 'ada' }, '/email'],
    [{ email: 'ada@example.org,eve@example.org' }, '/email'],
    [{ email: `${'a'.repeat(300)}@example.org` }, '/email'],
    [{ email: 5 }, '/email'],
    [{ email: null }, '/email'],
    [{ email: { $ne: '' } }, '/email'],
    [{}, '/email'],
    [[], ''],
    ['ada@example.org', ''],
  ])('refuses the body %j', async (body, path) => {
    const response = await server.post('/api/email-codes', body);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'ACCOUNT_ERR_04', details: [{ path }] });
  });

  it('cannot be read: a code is in the mail only', async () => {
    const response = await fetch(`${server.address}/api/email-codes`);

    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });
});

describe('POST /access-tokens by e-mail', () => {
  it('answers a code with tokens, of the account or a new one', async () => {
    const known = await createAccessToken({ email: EMAIL, email_code: await codeFor(EMAIL) });
    const created = await createAccessToken({
      email: NEW,
      email_code: await codeFor(NEW),
      password: 'compiles',
      first_name: 'Grace',
      last_name: 'Hopper',
    });

    expect([known.status, created.status]).toEqual([201, 201]);
    expect(known.headers.get('cache-control')).toBe('no-store');
    expect(await known.json()).toMatchObject({ account_id: accountId });
    expect(await created.json()).toMatchObject({ account_id: otherAccountId });
    expect(server.services.directory.admitted).toEqual([
      { emailAddress: EMAIL },
      { emailAddress: NEW, password: 'compiles', firstName: 'Grace', lastName: 'Hopper' },
    ]);
  });

  it('answers a password like that of a username', async () => {
    const right = await createAccessToken({ email: EMAIL, password: 'right' });
    const wrong = await createAccessToken({ email: EMAIL, password: 'wrong' });
    const unknown = await createAccessToken({ email: NEW, password: 'right' });

    expect(right.status).toBe(201);
    expect(await refusalOf(wrong)).toEqual([401, 'ACCOUNT_ERR_03']);
    expect(await refusalOf(unknown)).toEqual([401, 'ACCOUNT_ERR_03']);
  });

  it('calls codes wrong or expired as those of phone numbers', async () => {
    const older = await codeFor(EMAIL);
    const code = await codeFor(EMAIL);
    await createAccessToken({ email: EMAIL, email_code: code });

    for (const used of [older, code]) {
      const refused = await createAccessToken({ email: EMAIL, email_code: used });
      expect(await refusalOf(refused)).toEqual([400, 'OTP_ERR_02']);
    }
    for (const wrong of ['x', '', 123456, null, ['1'], { $gt: '' }]) {
      const refused = await createAccessToken({ email: EMAIL, email_code: wrong });
      expect(await refusalOf(refused)).toEqual([400, 'OTP_ERR_01']);
    }
    const unknown = await createAccessToken({ email: 'no@example.org', email_code: '123456' });
    expect(await refusalOf(unknown)).toEqual([400, 'OTP_ERR_01']);
  });

  it.each([
    [{ email: 'ada', email_code: '1' }, '/email'],
    [{ email: 5, email_code: '1' }, '/email'],
    [{ email: EMAIL, email_code: '1', password: 5 }, '/password'],
    [{ email: EMAIL, email_code: '1', first_name: {} }, '/first_name'],
    [{ email: EMAIL, email_code: '1', last_name: null }, '/last_name'],
    [{ email: 'ada', password: 'right' }, '/email'],
    [{ email: EMAIL, password: ['right'] }, '/password'],
  ])('refuses the form %j', async (body, path) => {
    const response = await createAccessToken(body);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'ACCOUNT_ERR_04', details: [{ path }] });
  });

  it.each([{ first_name: 'a'.repeat(257) }, { last_name: '\n' }, { first_name: 'a'.repeat(3000) }])(
    'leaves the code usable if a name is refused',
    async (names) => {
      const email_code = await codeFor(EMAIL);

      const refused = await createAccessToken({ email: EMAIL, email_code, ...names });

      expect(await refusalOf(refused)).toEqual([400, 'ACCOUNT_ERR_04']);
      expect((await createAccessToken({ email: EMAIL, email_code })).status).toBe(201);
    },
  );

  it('decides by the address only where there is no username and no number', async () => {
    const email_code = await codeFor(EMAIL);
    const phone_number = { country_code: '+91', phone_number: '7777777777' };
    const answers = await Promise.all(
      [
        { username: 'ada', password: 'wrong', email: EMAIL, email_code },
        { username: 'ada', email: EMAIL, email_code },
        { phone_number, email: EMAIL, email_code },
        { phone_number, email: EMAIL, password: 'right' },
        { email: EMAIL },
      ].map(async (body) => refusalOf(await createAccessToken(body))),
    );

    expect(answers).toEqual([
      [401, 'ACCOUNT_ERR_03'],
      [400, 'ACCESS_TOKEN_ERR_07'],
      [400, 'ACCESS_TOKEN_ERR_07'],
      [400, 'ACCESS_TOKEN_ERR_07'],
      [400, 'ACCESS_TOKEN_ERR_07'],
    ]);
    const byCode = await createAccessToken({ email: EMAIL, email_code, password: 'wrong' });
    expect(byCode.status).toBe(201);
  });

  it('tells the directory who is logged in, and ignores a token that is no good', async () => {
    const { token } = await server.logIn();
    const actingAs = async (authorization: string) => {
      const body = { email: NEW, email_code: await codeFor(NEW) };
      const response = await createAccessToken(body, { authorization });
      expect(response.status).toBe(201);
      return server.services.directory.admitted.at(-1)!.actingAccountId;
    };

    expect(await actingAs(`Bearer ${token}`)).toBe(accountId);
    expect(await actingAs('Bearer forged')).toBeUndefined();
    expect(await actingAs('Basic YTpi')).toBeUndefined();
    await fetch(`${server.address}/api/access-tokens/current`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await actingAs(`Bearer ${token}`)).toBeUndefined();
  });
});

describe('throttled', () => {
  it('answers 429 for a second code within the pause, known or not', async () => {
    const throttled = await startServer({ throttled: true });
    try {
      for (const email of [EMAIL, NEW]) {
        expect((await throttled.post('/api/email-codes', { email })).status).toBe(201);
        const refused = await throttled.post('/api/email-codes', { email });
        expect(refused.headers.get('retry-after')).toBe('30');
        expect(await refusalOf(refused)).toEqual([429, 'RATE_LIMIT_ERR_01']);
      }
    } finally {
      await throttled.close();
    }
  });
});
