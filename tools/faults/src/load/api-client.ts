import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';

import {
  isSuccess,
  renderOutcome,
  send,
  type Answer,
  type Outcome,
  type ServerRequest,
} from '@org/harness';

export type Credentials = Readonly<Record<'username' | 'password', string>>;
export type PhoneNumber = Readonly<Record<'country_code' | 'phone_number', string>>;
export type Bearer = Readonly<Record<'accountId' | 'token', string>>;

/** What POST /api/access-tokens answers. */
export interface Tokens extends Bearer {
  readonly refreshToken: string;
  readonly session: { readonly id: string; readonly generation: number };
}

export interface Person extends Tokens {
  readonly credentials: Credentials;
}

/** Says nothing about the username, and is on no list of common ones. */
export const PASSWORD = 'analytical-engine-1843';

/** The routes of the contract, asked on connections that are kept. */
export class ApiClient {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, scheduling: 'lifo' });

  constructor(port: number) {
    this.#port = port;
  }

  signUp(credentials: Credentials, firstName = 'Ada'): Promise<Outcome> {
    const names = { first_name: firstName, last_name: 'Fault' };
    return this.#post('/api/accounts', { ...names, ...credentials });
  }

  signUpByPhone(number: PhoneNumber): Promise<Outcome> {
    return this.#post('/api/accounts', { phone_number: number });
  }

  logIn(credentials: Credentials): Promise<Outcome> {
    return this.#post('/api/access-tokens', credentials);
  }

  logInByPhone(number: PhoneNumber, code: string): Promise<Outcome> {
    return this.#post('/api/access-tokens', { phone_number: number, otp_code: code });
  }

  signUpByEmail(email: string, password: string): Promise<Outcome> {
    return this.#post('/api/accounts', { email, password });
  }

  requestEmailCode(email: string): Promise<Outcome> {
    return this.#post('/api/email-codes', { email });
  }

  logInByEmail(email: string, code: string): Promise<Outcome> {
    return this.#post('/api/access-tokens', { email, email_code: code });
  }

  refresh(refreshToken: string): Promise<Outcome> {
    return this.#post('/api/access-tokens', { refresh_token: refreshToken });
  }

  requestPasswordReset(username: string): Promise<Outcome> {
    return this.#post('/api/password-reset-tokens', { username });
  }

  resetPassword(accountId: string, token: string, newPassword: string): Promise<Outcome> {
    const body = { token, new_password: newPassword };
    return this.#send({ method: 'PATCH', path: `/api/accounts/${accountId}`, body });
  }

  readAccount(bearer: Bearer): Promise<Outcome> {
    return this.asOwner(bearer, { path: '' });
  }

  updateProfile(bearer: Bearer, firstName: string): Promise<Outcome> {
    return this.asOwner(bearer, { method: 'PATCH', path: '', body: { first_name: firstName } });
  }

  updatePreferences(bearer: Bearer, body: { readonly sms_enabled: boolean }): Promise<Outcome> {
    return this.asOwner(bearer, { method: 'PATCH', path: '/notification-preferences', body });
  }

  /** @param key its `Idempotency-Key`. Default: none */
  createTask(bearer: Bearer, title: string, key?: string): Promise<Outcome> {
    const body = { title, description: 'Whatever happens.' };
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return this.asOwner(bearer, { method: 'POST', path: '/tasks', headers, body });
  }

  deleteAccount(bearer: Bearer): Promise<Outcome> {
    return this.asOwner(bearer, { method: 'DELETE', path: '' });
  }

  /** Any route of an account, by its path below the account's. */
  asOwner({ accountId, token }: Bearer, request: ServerRequest): Promise<Outcome> {
    const path = `/api/accounts/${accountId}${request.path}`;
    const headers = { ...request.headers, authorization: `Bearer ${token}` };
    return this.#send({ ...request, path, headers });
  }

  /** Closes its connections. */
  close(): void {
    this.#agent.destroy();
  }

  #post(path: string, body: object): Promise<Outcome> {
    return this.#send({ method: 'POST', path, body });
  }

  #send(request: ServerRequest): Promise<Outcome> {
    // More than any request may take, so that one over the program's own limit is seen as such.
    const options = { limitMilliseconds: 30_000, agent: this.#agent };
    return send({ ...request, port: this.#port }, options);
  }
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

export function toE164({ country_code, phone_number }: PhoneNumber): string {
  return `${country_code}${phone_number}`;
}

export function readId({ body }: Answer): string {
  return (body as { id: string }).id;
}

export function readTokens({ body }: Answer): Tokens {
  const { account_id = '', token = '', refresh_token = '' } = body as Record<string, string>;
  const [, generation = '0'] = refresh_token.split('.');
  // The claim `sid`, read without looking at the signature.
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  const { sid: id } = JSON.parse(claims) as { sid: string };
  const session = { id, generation: Number(generation) };
  return { accountId: account_id, token, refreshToken: refresh_token, session };
}

/** @throws Error unless it is a success: something that a fault depends on did not succeed */
export function assertSuccess(what: string, outcome: Outcome): Answer {
  if (!isSuccess(outcome)) {
    throw new Error(`${what}: ${renderOutcome(outcome)}`);
  }
  return outcome;
}

export async function signUpAndLogIn(client: ApiClient): Promise<Person> {
  const credentials = makeCredentials();
  assertSuccess('signing up', await client.signUp(credentials));
  const answer = assertSuccess('logging in', await client.logIn(credentials));
  return { credentials, ...readTokens(answer) };
}
