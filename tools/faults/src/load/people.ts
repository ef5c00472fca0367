import { randomBytes } from 'node:crypto';

import { isSuccess, renderOutcome, type Answer, type Outcome } from '@org/harness';

import type { ApiClient, Bearer, Credentials, PhoneNumber } from './api-client.ts';

/** Says nothing about the username, and is on no list of common ones. */
export const PASSWORD = 'analytical-engine-1843';

/** What POST /api/access-tokens answers. */
export interface Tokens extends Bearer {
  readonly refreshToken: string;
  readonly session: { readonly id: string; readonly generation: number };
}

/** Somebody who has an account and is logged in. */
export interface Person extends Tokens {
  readonly credentials: Credentials;
}

let made = 0;

/** A username that nobody else has; an e-mail address, so that mail can be sent to it. */
export function makeCredentials(): Credentials {
  made += 1;
  const unique = randomBytes(4).toString('hex');
  return { username: `user-${made}-${unique}@example.com`, password: PASSWORD };
}

/** A valid Indian mobile number that was not handed out in this process before. */
export function makePhoneNumber(): PhoneNumber {
  made += 1;
  return { country_code: '+91', phone_number: `99${String(made).padStart(8, '0')}` };
}

/** As messages to it are addressed. */
export function toE164({ country_code, phone_number }: PhoneNumber): string {
  return `${country_code}${phone_number}`;
}

export function readId({ body }: Answer): string {
  return (body as { id: string }).id;
}

export function readTokens({ body }: Answer): Tokens {
  const {
    account_id: accountId = '',
    token = '',
    refresh_token: refreshToken = '',
  } = body as Record<string, string>;
  const [, generation = '0'] = refreshToken.split('.');
  // The claim `sid`, read without looking at the signature.
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  const { sid: id } = JSON.parse(claims) as { sid: string };
  return { accountId, token, refreshToken, session: { id, generation: Number(generation) } };
}

/** @throws Error unless it is a success: something that a fault stands on did not succeed */
export function assertSuccess(what: string, outcome: Outcome): Answer {
  if (!isSuccess(outcome)) {
    throw new Error(`${what}: ${renderOutcome(outcome)}`);
  }
  return outcome;
}

/** @throws Error unless both succeed */
export async function signUpAndLogIn(client: ApiClient): Promise<Person> {
  const credentials = makeCredentials();
  assertSuccess('signing up', await client.signUp(credentials, 'Ada'));
  const answer = assertSuccess('logging in', await client.logIn(credentials));
  return { credentials, ...readTokens(answer) };
}
