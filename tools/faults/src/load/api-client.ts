import { Agent } from 'node:http';

import { send, type HttpRequest, type Outcome } from '@org/harness';

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

type ClientRequest = Omit<HttpRequest, 'port'>;

/** The routes of the contract, asked on connections that are kept. */
export class ApiClient {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, scheduling: 'lifo' });

  constructor(port: number) {
    this.#port = port;
  }

  signUp(credentials: Credentials, firstName: string): Promise<Outcome> {
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

  deleteAccount(bearer: Bearer): Promise<Outcome> {
    return this.asOwner(bearer, { method: 'DELETE', path: '' });
  }

  /** Any route of an account, by its path below the account's. */
  asOwner({ accountId, token }: Bearer, request: ClientRequest): Promise<Outcome> {
    const path = `/api/accounts/${accountId}${request.path}`;
    return this.#send({ ...request, path, headers: { authorization: `Bearer ${token}` } });
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(path: string, body: object): Promise<Outcome> {
    return this.#send({ method: 'POST', path, body });
  }

  #send(request: ClientRequest): Promise<Outcome> {
    // More than any request may take, so that one over the program's own limit is seen as such.
    return send(
      { ...request, port: this.#port },
      { limitMilliseconds: 30_000, agent: this.#agent },
    );
  }
}
