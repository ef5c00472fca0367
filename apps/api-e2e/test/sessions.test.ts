import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { get, post, remove, send, signUpAndLogIn, type LoggedIn } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

interface Session {
  readonly id: string;
  readonly current: boolean;
  readonly user_agent: string;
}

const environment = onThrowawayDatabase();
/** Two processes on one database, as behind a load balancer. */
let programs: readonly Program[];
let first: string;
let second: string;
let counter = 0;
let user: LoggedIn;

beforeAll(async () => {
  programs = [Program.run(environment), Program.run(environment)];
  [first, second] = (await Promise.all(programs.map((program) => program.ready()))).map(
    (address) => `${address}/api`,
  ) as [string, string];
});
beforeEach(async () => {
  counter += 1;
  user = await signUpAndLogIn(first, `ada-${counter}`);
});
afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop()));
});

async function logInAgain(): Promise<{ token: string; refresh_token: string }> {
  const { body } = await send('POST', `${first}/access-tokens`, {
    body: user.user,
    headers: { 'user-agent': 'another browser' },
  });
  return body as { token: string; refresh_token: string };
}

async function list(token = user.token): Promise<Session[]> {
  const { body } = await get(`${first}/accounts/${user.id}/sessions`, token);
  return body['items'] as Session[];
}

function read(api: string, token: string) {
  return get(`${api}/accounts/${user.id}`, token);
}

function refresh(api: string, refreshToken: string) {
  return post(`${api}/access-tokens`, { refresh_token: refreshToken });
}

describe('sessions', () => {
  it('are listed to their owner, the current one marked', async () => {
    await logInAgain();

    const sessions = await list();

    expect(sessions).toHaveLength(2);
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    expect(sessions.map(({ user_agent: agent }) => agent)).toContain('another browser');
    expect(Object.keys(sessions[0]!).sort()).toEqual([
      'browser',
      'created_at',
      'current',
      'device',
      'id',
      'ip',
      'last_used_at',
      'user_agent',
    ]);
  });

  it('end by logging out', async () => {
    expect(await remove(`${first}/access-tokens/current`, user.token)).toMatchObject({
      status: 204,
    });

    expect(await read(first, user.token)).toMatchObject({
      status: 401,
      body: { code: 'ACCESS_TOKEN_ERR_05' },
    });
    expect(await refresh(first, user.refreshToken)).toMatchObject({ status: 401 });
  });

  it('end one at a time, an unknown one without complaint', async () => {
    const other = await logInAgain();
    const { id } = (await list()).find(({ current }) => !current)!;
    const sessions = `${first}/accounts/${user.id}/sessions`;

    expect(await remove(`${sessions}/${id}`, user.token)).toMatchObject({ status: 204 });
    expect(await remove(`${sessions}/64b000000000000000000001`, user.token)).toMatchObject({
      status: 204,
    });

    expect(await read(first, other.token)).toMatchObject({ status: 401 });
    expect(await read(first, user.token)).toMatchObject({ status: 200 });
  });

  it('end all but the current one, or all', async () => {
    const other = await logInAgain();
    const sessions = `${first}/accounts/${user.id}/sessions`;

    await remove(`${sessions}?except_current=true`, user.token);
    expect(await read(first, other.token)).toMatchObject({ status: 401 });
    expect(await read(first, user.token)).toMatchObject({ status: 200 });

    await remove(sessions, user.token);
    expect(await read(first, user.token)).toMatchObject({ status: 401 });
  });

  it('that ended on one process end on the other', async () => {
    expect(await read(second, user.token)).toMatchObject({ status: 200 });

    await remove(`${first}/access-tokens/current`, user.token);

    await expect.poll(() => read(second, user.token)).toMatchObject({ status: 401 });
  });
});

describe('sessions whose log-in is long ago', () => {
  const mongodb = new MongoClient(environment.MONGODB_URI);
  afterAll(async () => {
    await mongodb.close();
  });
  const end = (api: string) =>
    remove(`${api}/accounts/${user.id}/sessions?except_current=true`, user.token);

  it('that authenticated on one process are recent on the other at once', async () => {
    const longAgo = new Date(Date.now() - 11 * 60_000);
    await mongodb
      .db()
      .collection('sessions')
      .updateMany({ account_id: user.id }, { $set: { authenticated_at: longAgo } });
    for (const api of [first, second]) {
      const refused = await end(api);
      expect(refused).toMatchObject({ status: 403, body: { code: 'ACCESS_TOKEN_ERR_08' } });
    }

    const { password } = user.user;
    const current = `${first}/sessions/current`;
    const renewed = await post(`${current}/authentications`, { password }, user.token);

    expect(renewed).toMatchObject({ status: 200, body: { authenticated_by: 'password' } });
    expect(await end(second)).toMatchObject({ status: 204 });
    expect((await get(current, user.token)).body).toEqual(renewed.body);
  });
});

describe('sessions by cookie', () => {
  const ownPage = { 'sec-fetch-site': 'same-origin' };

  /** As a browser does: the cookie of the answer, or the one before. */
  async function ask(method: string, url: string, cookie = '', body?: unknown) {
    const answer = await send(method, url, { body, headers: { ...ownPage, cookie } });
    const [set = ''] = answer.headers.getSetCookie();
    return { ...answer, cookie: set === '' ? cookie : (set.split(';')[0] ?? '') };
  }

  it('are good on every process, as are their former cookies for a while', async () => {
    const { username, password } = user.user;
    const current = '/sessions/current';
    const { body, cookie } = await ask('POST', `${first}/sessions`, '', { username, password });
    expect(Object.keys(body)).toEqual(['account_id', 'session_id', 'expires_at']);
    expect(await ask('GET', `${second}/accounts/${user.id}`, cookie)).toMatchObject({
      status: 200,
    });

    const renewed = await ask('POST', `${first}${current}/authentications`, cookie, { password });

    expect(renewed).toMatchObject({ status: 200, cookie: expect.not.stringContaining(cookie) });
    for (const good of [cookie, renewed.cookie]) {
      expect(await ask('GET', `${second}${current}`, good)).toMatchObject({
        status: 200,
        body: { session_id: body['session_id'] },
      });
    }
    expect((await list()).map(({ id }) => id)).toContain(body['session_id']);
    const out = await ask('DELETE', `${second}${current}`, renewed.cookie);
    expect(out).toMatchObject({ status: 204, cookie: 'session=' });
    await expect
      .poll(() => ask('GET', `${first}${current}`, renewed.cookie))
      .toMatchObject({ status: 401, body: { code: 'ACCESS_TOKEN_ERR_05' } });
  });

  it('end with their cookie, however the path spells their id', async () => {
    const { username, password } = user.user;
    const { body, cookie } = await ask('POST', `${first}/sessions`, '', { username, password });
    const id = String(body['session_id']).toUpperCase();

    const ended = await ask('DELETE', `${first}/accounts/${user.id}/sessions/${id}`, cookie);

    expect(ended).toMatchObject({ status: 204, cookie: 'session=' });
    expect(ended.headers.get('clear-site-data')).not.toBeNull();
  });

  it("are nobody else's: another page changes nothing, and gets no session", async () => {
    const { username, password } = user.user;
    const { cookie } = await ask('POST', `${first}/sessions`, '', { username, password });
    const foreign = { 'sec-fetch-site': 'cross-site', origin: 'http://evil.example.net', cookie };

    for (const [method, path] of [
      ['POST', '/sessions'],
      ['DELETE', '/sessions/current'],
      ['DELETE', `/accounts/${user.id}`],
    ] as const) {
      const refused = await send(method, `${first}${path}`, { headers: foreign });
      expect(refused).toMatchObject({ status: 403, body: { code: 'REQUEST_ERR_403' } });
    }
    expect(await ask('GET', `${first}/sessions/current`, cookie)).toMatchObject({ status: 200 });
  });
});

describe('refreshing', () => {
  it('gives new tokens of the same session', async () => {
    const refreshed = await refresh(second, user.refreshToken);

    expect(refreshed).toMatchObject({ status: 201, body: { account_id: user.id } });
    expect(refreshed.headers.get('cache-control')).toBe('no-store');
    expect(await read(first, refreshed.body['token'] as string)).toMatchObject({ status: 200 });
    expect(await list()).toHaveLength(1);
  });

  it('many times at once logs nobody out, and each answer is good', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        refresh(index % 2 === 0 ? first : second, user.refreshToken),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual(Array<number>(20).fill(201));
    const reads = await Promise.all(
      answers.map(({ body }) => read(first, body['token'] as string)),
    );
    expect(reads.map(({ status }) => status)).toEqual(Array<number>(20).fill(200));
    const successors = new Set(answers.map(({ body }) => body['refresh_token']));
    expect(successors.size).toBe(1);
    expect(await list()).toHaveLength(1);
  });

  it('with an older token ends the whole session', async () => {
    const second_ = await refresh(first, user.refreshToken);
    const third = await refresh(first, second_.body['refresh_token'] as string);

    expect(await refresh(first, user.refreshToken)).toMatchObject({
      status: 401,
      body: { code: 'ACCESS_TOKEN_ERR_05' },
    });
    expect(await refresh(first, third.body['refresh_token'] as string)).toMatchObject({
      status: 401,
    });
  });

  it.each(['', 'x', 'a.b.c', '64b000000000000000000001.0.AAAA', '9'.repeat(9_000)])(
    'refuses the forged token %#',
    async (forged) => {
      expect(await refresh(first, forged)).toMatchObject({
        status: 401,
        body: { code: 'ACCESS_TOKEN_ERR_05' },
      });
      expect(await refresh(first, user.refreshToken)).toMatchObject({ status: 201 });
    },
  );
});
