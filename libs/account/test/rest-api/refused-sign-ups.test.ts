import { defineError } from '@org/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApp, type TestApp } from './app.ts';

class NotInvitedError extends defineError('PRODUCT_ERR_01', 403) {
  constructor(username: string) {
    super(`${username} is not invited.`);
  }
}

let app: TestApp;

beforeAll(async () => {
  app = await createApp({ rateLimits: true });
});
afterAll(async () => {
  await app.close();
});

const form = { first_name: 'Ada', last_name: 'Lovelace', username: 'ada', password: 'engine' };
const counted = [
  ['by the schema', { ...form, username: 1 }],
  ['without a form', {}],
  ['for its length', { ...form, password: '\u0300'.repeat(15_000) }],
  ['by the policy', form],
  ['for its number', { phone_number: '1' }],
] as const;

describe('a policy that refuses a sign-up', () => {
  it('has its own error answered', async () => {
    const refusing = await createApp({
      policies: {
        usernamePolicy: (username) => {
          throw new NotInvitedError(username);
        },
      },
    });
    const body = { ...form, password: 'analytical engine' };

    const answer = await refusing.send('POST', '/accounts', { body });

    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({ code: 'PRODUCT_ERR_01', message: 'ada is not invited.' });
    await refusing.close();
  });
});

describe('a refused sign-up', () => {
  it('counts for its source, whatever refused it, in one round trip', async () => {
    for (const [reason, body] of counted) {
      app.commands.length = 0;
      expect((await app.send('POST', '/accounts', { body })).status, reason).toBe(400);
      expect(app.commands, reason).toEqual(['findAndModify']);
    }
    for (let more: number = counted.length; more < 20; more += 1) {
      await app.send('POST', '/accounts', { body: form });
    }

    expect((await app.send('POST', '/accounts', { body: form })).status).toBe(429);
  });
});
