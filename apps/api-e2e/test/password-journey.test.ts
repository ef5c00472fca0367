import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ada, get, post } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

const user = { ...ada, password: 'difference-engine-1822' };
const environment = onThrowawayDatabase();
const mongodb = new MongoClient(environment.MONGODB_URI);
let program: Program;
let api: string;

beforeAll(async () => {
  program = Program.run({ ...environment, LOG_LEVEL: 'trace' });
  api = `${await program.ready()}/api`;
});
afterAll(async () => {
  await program.stop();
  await mongodb.db().dropDatabase();
  await mongodb.close();
});

describe('the password journey', () => {
  it('signs up, logs in and reads the account', async () => {
    const signUp = await post(`${api}/accounts`, user);
    expect(signUp).toMatchObject({
      status: 201,
      body: { username: 'ada', first_name: 'Ada', last_name: 'Lovelace', phone_number: null },
    });

    const login = await post(`${api}/access-tokens`, user);
    expect(login).toMatchObject({ status: 201, body: { account_id: signUp.body['id'] } });

    const read = await get(
      `${api}/accounts/${String(signUp.body['id'])}`,
      login.body['token'] as string,
    );
    expect(read).toMatchObject({ status: 200, body: signUp.body });
  });

  it('keeps password and hash out of every answer and log line', async () => {
    const stored = await mongodb.db().collection('accounts').findOne();
    const answers = [
      await post(`${api}/accounts`, user),
      await post(`${api}/access-tokens`, user),
      await post(`${api}/access-tokens`, { ...user, username: 'grace' }),
    ];

    // The log is written once a second.
    await program.printed(/request completed/);
    const seen = JSON.stringify(answers.map(({ body }) => body)) + program.output;
    expect(seen).not.toContain(user.password.slice(0, -1));
    expect(seen).not.toContain((stored!['hashed_password'] as string).slice(-20));
    expect(seen).not.toContain('$argon2id$');
  });
});

/** Each hashes a password, one at a time: a slow machine gets them done before a request may time out. */
const PARALLEL = 16;

describe('parallel sign-ups of one username', () => {
  it('make one account, the rest are 409', async () => {
    for (let round = 0; round < 3; round += 1) {
      const variants = ['alan', 'Alan', 'ALAN ', 'ａlan'].map((name) => `${name.trim()}${round}`);
      const answers = await Promise.all(
        Array.from({ length: PARALLEL }, (_, index) =>
          post(`${api}/accounts`, { ...user, username: variants[index % variants.length] }),
        ),
      );

      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([201, ...(Array(PARALLEL - 1).fill(409) as number[])]);
    }
  });
});
