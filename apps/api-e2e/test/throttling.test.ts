import { SmsSink } from '@org/harness';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { post, send, signUpAndLogIn, type Answer } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

const environment = onThrowawayDatabase();
const mongodb = new MongoClient(environment.MONGODB_URI);
let sms: SmsSink;
let programs: readonly Program[];
let first: string;
let second: string;

beforeAll(async () => {
  sms = await SmsSink.open();
  const settings = {
    ...environment,
    ...sms.settings,
    RATE_LIMITS: 'on',
    TRUSTED_PROXIES: '127.0.0.1',
  };
  programs = [Program.run(settings), Program.run(settings)];
  [first, second] = (await Promise.all(programs.map((program) => program.ready()))).map(
    (address) => `${address}/api`,
  ) as [string, string];
});
afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop()));
  await sms.close();
  await mongodb.close();
});

function expectThrottled(answer: Answer): void {
  expect(answer).toMatchObject({ status: 429, body: { code: 'RATE_LIMIT_ERR_01' } });
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
}

function from(address: string, url: string, body: object): Promise<Answer> {
  return send('POST', url, { body, headers: { 'x-forwarded-for': address } });
}

/** So that a slow machine cannot outlast them; that they grow is shown elsewhere. */
async function prolongPauses(count: number): Promise<void> {
  const until = new Date(Date.now() + 15 * 60_000);
  const { matchedCount } = await mongodb
    .db()
    .collection('throttle_counters')
    .updateMany({ failures: 5, blocked_until: { $ne: null } }, { $set: { blocked_until: until } });
  expect(matchedCount).toBe(count);
}

describe('failed logins of one name', () => {
  it('are throttled on every process, whether the name exists or not, right password or wrong', async () => {
    const { user } = await signUpAndLogIn(first, 'ada');
    for (const name of ['ada', 'nobody']) {
      for (let failure = 0; failure < 5; failure += 1) {
        const api = failure % 2 === 0 ? first : second;
        const attempt = await from(`198.51.100.${failure}`, `${api}/access-tokens`, {
          username: name,
          password: 'wrong',
        });
        expect(attempt.status).toBe(401);
      }
    }
    await prolongPauses(2);

    const right = await from('198.51.100.9', `${second}/access-tokens`, user);
    const wrong = await from('198.51.100.9', `${second}/access-tokens`, {
      username: 'NOBODY',
      password: 'wrong',
    });

    expectThrottled(right);
    expectThrottled(wrong);
    expect(right.body).toEqual(wrong.body);
  });
});

describe('sign-ups from one source', () => {
  it('end at twenty an hour', async () => {
    const signUp = (index: number) =>
      from('203.0.113.1', `${first}/accounts`, {
        first_name: '',
        last_name: '',
        username: `user-${index}`,
        password: 'analytical-engine-1843',
      });
    for (let index = 0; index < 20; index += 1) {
      expect((await signUp(index)).status).toBe(201);
    }

    expectThrottled(await signUp(20));
    expect((await from('203.0.113.2', `${first}/access-tokens`, {})).status).toBe(400);
  });
});

describe('codes for one number', () => {
  it('are not sent again within the pause', async () => {
    const phone = { phone_number: { country_code: '+91', phone_number: '9999999999' } };
    expect((await from('203.0.113.3', `${first}/accounts`, phone)).status).toBe(201);

    expectThrottled(await from('203.0.113.4', `${second}/accounts`, phone));
  });
});

describe('reset requests for one name', () => {
  it('end at three an hour, whether the name exists or not', async () => {
    for (let index = 0; index < 3; index += 1) {
      const answer = await post(`${first}/password-reset-tokens`, { username: 'x@example.com' });
      expect(answer.status).toBe(201);
    }

    expectThrottled(await post(`${second}/password-reset-tokens`, { username: 'X@example.com' }));
  });
});
