import { once } from 'node:events';
import { request as sendByHttp, type IncomingMessage } from 'node:http';

import { MailSink } from '@org/harness';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { get, patch, post, signUpAndLogIn, type LoggedIn } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

const WEB_APP_URL = 'https://app.example.com';
const newPassword = 'difference-engine-1822';
let mail: MailSink;
let program: Program;
let api: string;
let counter = 0;
let user: LoggedIn;

beforeAll(async () => {
  mail = await MailSink.open();
  program = Program.run({
    ...onThrowawayDatabase(),
    ...mail.settings,
    WEB_APP_URL,
    LOG_LEVEL: 'info',
  });
  api = `${await program.ready()}/api`;
});
beforeEach(async () => {
  counter += 1;
  user = await signUpAndLogIn(api, `ada${counter}@example.com`);
});
afterAll(async () => {
  await program.stop();
  await mail.close();
});

function request(username: string) {
  return post(`${api}/password-reset-tokens`, { username });
}

/** By hand, since fetch names the host that it connects to. @returns the status */
async function requestFromHost(host: string, username: string): Promise<number | undefined> {
  const headers = { host, 'x-forwarded-host': host, 'content-type': 'application/json' };
  const sent = sendByHttp(`${api}/password-reset-tokens`, { method: 'POST', headers });
  sent.end(JSON.stringify({ username }));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

/** The token in the newest mail to the user, which is not an earlier one. */
async function receiveToken(earlier?: string): Promise<string> {
  const read = () => {
    const source = mail.takenBy(user.user.username).at(-1)?.text ?? '';
    const link = new RegExp(`${WEB_APP_URL}/accounts/${user.id}/reset_password\\?token=([\\w-]+)`);
    const found = link.exec(source)?.[1];
    return found === earlier ? undefined : found;
  };
  await expect.poll(read).toBeDefined();
  return read()!;
}

function reset(token: unknown, password: unknown = newPassword, id = user.id) {
  return patch(`${api}/accounts/${id}`, { token, new_password: password });
}

describe('the reset journey', () => {
  it('mails a link, takes its token once, and ends every session', async () => {
    expect(await request(user.user.username)).toMatchObject({
      status: 201,
      body: { expires_at: expect.stringMatching(/Z$/) },
    });
    const token = await receiveToken();

    expect(await reset(token)).toMatchObject({ status: 200, body: { id: user.id } });

    expect(await get(`${api}/accounts/${user.id}`, user.token)).toMatchObject({
      status: 401,
      body: { code: 'ACCESS_TOKEN_ERR_05' },
    });
    expect(await post(`${api}/access-tokens`, user.user)).toMatchObject({ status: 401 });
    const login = { username: user.user.username, password: newPassword };
    expect(await post(`${api}/access-tokens`, login)).toMatchObject({ status: 201 });
    expect(await reset(token)).toMatchObject({
      status: 400,
      body: {
        code: 'ACCOUNT_ERR_04',
        message: `Password reset is already used for accountId ${user.id}. Please retry with new link`,
      },
    });
  });

  it('records one id, however the path spells it', async () => {
    await request(user.user.username);
    const id = user.id.toUpperCase();

    expect(await reset(await receiveToken(), newPassword, id)).toMatchObject({ status: 200 });

    const login = { username: user.user.username, password: newPassword };
    const { body } = await post(`${api}/access-tokens`, login);
    const exported = await get(`${api}/accounts/${user.id}/export`, String(body['token']));
    expect(JSON.stringify(exported.body)).toContain('authn_password_change');
    expect(JSON.stringify(exported.body)).not.toContain(id);
  });

  it('mails no link to the host that a request names', async () => {
    const { username } = user.user;
    expect(await requestFromHost('evil.example.com', username)).toBe(201);

    await receiveToken();

    expect(mail.takenBy(username).at(-1)?.text).not.toContain('evil');
  });

  it('keeps the token out of every answer and log line', async () => {
    const requested = await request(user.user.username);
    const token = await receiveToken();
    const answers = [requested, await reset(`${token}x`), await reset(token), await reset(token)];

    // The log is written once a second, in order.
    await get(`${api}/behind-the-reset`);
    await program.printed(/behind-the-reset/);
    const seen = JSON.stringify(answers.map(({ body }) => body)) + program.output;
    expect(seen).not.toContain(token);
  });

  it('tells the owner that the password was changed', async () => {
    await request(user.user.username);
    await reset(await receiveToken());

    const subjects = () => mail.takenBy(user.user.username).map(({ text }) => text);
    await expect.poll(subjects).toHaveLength(2);
    expect(subjects()[1]).toMatch(/password/i);
    expect(subjects()[1]).not.toContain('reset_password?token=');
  });

  it('answers an unknown name as a known one, and mails nobody', async () => {
    const known = await request(user.user.username);
    const unknown = await request('nobody@example.com');
    await receiveToken();

    expect(unknown.status).toBe(known.status);
    expect(Object.keys(unknown.body)).toEqual(Object.keys(known.body));
    expect([...unknown.headers.keys()]).toEqual([...known.headers.keys()]);
    expect(mail.takenBy('nobody@example.com')).toEqual([]);
  });

  it('kills the older token when a newer one is asked for', async () => {
    await request(user.user.username);
    const older = await receiveToken();
    await request(user.user.username);
    const newer = await receiveToken(older);

    expect(await reset(older)).toMatchObject({
      status: 400,
      body: {
        message: `Password reset link is invalid for accountId ${user.id}. Please retry with new link.`,
      },
    });
    expect(await reset(newer)).toMatchObject({ status: 200 });
  });

  it('leaves the token untouched when the new password is refused', async () => {
    await request(user.user.username);
    const token = await receiveToken();

    expect(await reset(token, 'short')).toMatchObject({
      status: 400,
      body: { code: 'ACCOUNT_ERR_04' },
    });
    expect(await reset(token)).toMatchObject({ status: 200 });
  });

  it('lets one of many uses at once succeed', async () => {
    await request(user.user.username);
    const token = await receiveToken();

    const answers = await Promise.all(Array.from({ length: 20 }, () => reset(token)));

    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array<number>(19).fill(400)]);
  });

  it('says that there is no token, and no account', async () => {
    expect(await reset('x')).toMatchObject({
      status: 404,
      body: {
        code: 'PASSWORD_RESET_TOKEN_ERR_01',
        message: 'System is unable to find a token with this account',
      },
    });
    const missing = '64b000000000000000000001';
    expect(await reset('x', newPassword, missing)).toMatchObject({
      status: 404,
      body: { code: 'ACCOUNT_ERR_02' },
    });
  });

  it.each([
    [7, newPassword],
    ['x', 7],
    [null, newPassword],
    ['x', { $ne: '' }],
  ])('refuses %j and %j before anything is looked up', async (token, password) => {
    expect(await reset(token, password)).toMatchObject({
      status: 400,
      body: { code: 'ACCOUNT_ERR_04' },
    });
  });

  it('refuses a name that is no text', async () => {
    expect(await post(`${api}/password-reset-tokens`, { username: 7 })).toMatchObject({
      status: 400,
      body: { code: 'ACCOUNT_ERR_04' },
    });
  });
});
