import { Agent } from 'node:http';

import { send, type HttpRequest, type Outcome } from '../http/http-client.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** A number as the phone form has it. */
export interface PhoneNumber {
  readonly country_code: string;
  readonly phone_number: string;
}

/** Who a request is made for. */
export interface Bearer {
  readonly accountId: string;
  readonly token: string;
}

export type Preferences = Readonly<
  Partial<Record<'email_enabled' | 'push_enabled' | 'sms_enabled', boolean>>
>;

/** More than any request may take, so that one over the program's own limit is seen as such. */
const DEFAULT_LIMIT_MILLISECONDS = 30_000;

/** The routes of the contract, asked on connections that are kept. */
export class ApiClient {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, scheduling: 'lifo' });

  constructor(port: number) {
    this.#port = port;
  }

  signUp({ username, password }: Credentials, firstName: string): Promise<Outcome> {
    const names = { first_name: firstName, last_name: 'Fault' };
    return this.#post('/api/accounts', { ...names, username, password });
  }

  signUpByPhone(number: PhoneNumber): Promise<Outcome> {
    return this.#post('/api/accounts', { phone_number: number });
  }

  logIn({ username, password }: Credentials): Promise<Outcome> {
    return this.#post('/api/access-tokens', { username, password });
  }

  logInByPhone(number: PhoneNumber, code: string): Promise<Outcome> {
    return this.#post('/api/access-tokens', { phone_number: number, otp_code: code });
  }

  refresh(refreshToken: string): Promise<Outcome> {
    return this.#post('/api/access-tokens', { refresh_token: refreshToken });
  }

  requestPasswordReset(username: string): Promise<Outcome> {
    return this.#post('/api/password-reset-tokens', { username });
  }

  resetPassword(accountId: string, token: string, newPassword: string): Promise<Outcome> {
    const body = { token, new_password: newPassword };
    return this.request({ method: 'PATCH', path: `/api/accounts/${accountId}`, body });
  }

  readAccount(bearer: Bearer): Promise<Outcome> {
    return this.#asOwner(bearer, { path: '' });
  }

  updateProfile(bearer: Bearer, firstName: string): Promise<Outcome> {
    return this.#asOwner(bearer, { method: 'PATCH', path: '', body: { first_name: firstName } });
  }

  updatePreferences(bearer: Bearer, preferences: Preferences): Promise<Outcome> {
    const path = '/notification-preferences';
    return this.#asOwner(bearer, { method: 'PATCH', path, body: preferences });
  }

  listSessions(bearer: Bearer): Promise<Outcome> {
    return this.#asOwner(bearer, { path: '/sessions' });
  }

  deleteAccount(bearer: Bearer): Promise<Outcome> {
    return this.#asOwner(bearer, { method: 'DELETE', path: '' });
  }

  request(options: Omit<HttpRequest, 'port'>): Promise<Outcome> {
    const limits = { limitMilliseconds: DEFAULT_LIMIT_MILLISECONDS, agent: this.#agent };
    return send({ ...options, port: this.#port }, limits);
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(path: string, body: object): Promise<Outcome> {
    return this.request({ method: 'POST', path, body });
  }

  #asOwner({ accountId, token }: Bearer, options: Omit<HttpRequest, 'port'>): Promise<Outcome> {
    return this.request({
      ...options,
      path: `/api/accounts/${accountId}${options.path}`,
      headers: { authorization: `Bearer ${token}` },
    });
  }
}
