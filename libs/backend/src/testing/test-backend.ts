import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type {
  Account,
  AccountFieldDefinitions,
  CreateAccountByUsernameAndPasswordParams,
  NoFields,
} from '@org/account';
import type { AccessToken } from '@org/authentication';
import { OperationContext, systemClock } from '@org/core';
import { Database, type DatabaseOptions } from '@org/core/store';
import { FakeClock } from '@org/core/testing';

import type { RequestSession } from '../authenticate.ts';
import type { Backend } from '../backend.ts';
import type { CommonOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';
import { SentMessages } from './sent-messages.ts';

export interface TestBackendOptions<Fields extends AccountFieldDefinitions = NoFields> extends Omit<
  CommonOptions<Fields>,
  'clock' | 'secretKey'
> {
  /** A server that may be used: the backend gets a database of its own on it. */
  readonly mongodbUri: string;
  /** When it is. Default: now. MongoDB itself deletes what expired by its own clock. */
  readonly startAt?: Date;
}

/** A new account, and what one logs in with. */
export interface SignedUp<Fields extends AccountFieldDefinitions = NoFields> {
  readonly account: Account<Fields>;
  readonly username: string;
  readonly password: string;
}

/** A session. */
export interface LoggedIn extends AccessToken {
  /** For requests: `authorization`. */
  readonly headers: { readonly authorization: string };
  /** For services: the account is the actor. */
  readonly context: OperationContext;
}

/** A session of a browser. */
export interface LoggedInByCookie extends RequestSession {
  /** For requests of a page of one's own. */
  readonly headers: { readonly cookie: string; readonly 'sec-fetch-site': 'same-origin' };
}

type SignUpParams<Fields extends AccountFieldDefinitions> = Partial<
  CreateAccountByUsernameAndPasswordParams<Fields>
>;

/** Where a backend's database is. */
type Place = Pick<DatabaseOptions, 'uri'> & { readonly databaseName: string };

/** Little work per password: a test is about something else. */
const QUICK_HASHING = { memoryKibibytes: 1024, iterations: 1, parallelism: 1 };

/** A backend for tests, on a database of its own. */
export class TestBackend<Fields extends AccountFieldDefinitions = NoFields> {
  readonly backend: Backend<Fields>;
  /** Stands still until a test moves it. */
  readonly clock: FakeClock;
  /** What was sent; nothing leaves the process. */
  readonly messages: SentMessages;
  /** Where the API is served, such as `http://127.0.0.1:40123`. */
  readonly address: string;
  readonly #server: Server;
  readonly #place: Place;

  private constructor(
    parts: Pick<TestBackend<Fields>, 'backend' | 'clock' | 'messages'>,
    server: Server,
    place: Place,
  ) {
    this.backend = parts.backend;
    this.clock = parts.clock;
    this.messages = parts.messages;
    this.#server = server;
    this.#place = place;
    this.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** @throws what `createBackend` throws */
  static async start<Fields extends AccountFieldDefinitions = NoFields>(
    options: TestBackendOptions<Fields>,
  ): Promise<TestBackend<Fields>> {
    const { startAt = systemClock.now(), settings = {}, ...given } = options;
    const place = { uri: options.mongodbUri, databaseName: `test-${randomUUID()}` };
    const clock = new FakeClock(startAt);
    const messages = new SentMessages();
    const backend = await createBackend<Fields>({
      ...messages.providers,
      ...given,
      clock,
      databaseName: place.databaseName,
      secretKey: randomBytes(32),
      settings: {
        hasRateLimits: false,
        ...settings,
        account: { passwordHashing: QUICK_HASHING, ...settings.account },
      },
    }).catch(async (error: unknown) => {
      // Why there is no backend is what matters; without a server there is no database either.
      await removeDatabase(place).catch(() => undefined);
      throw error;
    });
    const server = createServer(backend.handler);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return new TestBackend({ backend, clock, messages }, server, place);
  }

  /** Signs up; whatever is not given is made up, with a new name each time. */
  async signUp(params: SignUpParams<Fields> = {}): Promise<SignedUp<Fields>> {
    const username = params.username ?? `user-${randomUUID()}@example.com`;
    const password = params.password ?? `password of ${username}`;
    const account = await this.backend.accounts.createAccountByUsernameAndPassword(
      { firstName: 'Ada', lastName: 'Lovelace', ...params, username, password },
      OperationContext.anonymous(randomUUID()),
    );
    return { account, username, password };
  }

  /** @throws AccountInvalidCredentialsError */
  async logIn({ username, password }: Pick<SignedUp, 'password' | 'username'>): Promise<LoggedIn> {
    const session = await this.backend.login.loginByUsernameAndPassword(
      { username, password, userAgent: 'test', ip: '127.0.0.1' },
      OperationContext.anonymous(randomUUID()),
    );
    const headers = { authorization: `Bearer ${session.token}` };
    const { context } = await this.backend.authenticate(headers);
    return { ...session, headers, context };
  }

  /** @throws Error if the credentials are not those of an active account */
  async logInByCookie({
    username,
    password,
  }: Pick<SignedUp, 'password' | 'username'>): Promise<LoggedInByCookie> {
    const ownPage = { 'sec-fetch-site': 'same-origin' } as const;
    const response = await fetch(`${this.address}/api/sessions`, {
      method: 'POST',
      headers: { ...ownPage, 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    if (!response.ok) {
      throw new Error(`The log-in was answered with ${response.status}.`);
    }
    const [cookie = ''] = response.headers.getSetCookie().join().split(';');
    const headers = { ...ownPage, cookie };
    const { host } = new URL(this.address);
    const request = { method: 'GET', host, headers };
    return { ...(await this.backend.authenticate(request)), headers };
  }

  /**
   * Runs jobs, calls listeners and sends messages, until nothing is due; what failed and is to be
   * tried again later is left. Move the clock for what is due later.
   */
  async runDueWork(): Promise<void> {
    const { events, jobs, notification, webhooks } = this.backend;
    const works = [
      () => events.queue.drain(),
      () => jobs.drain(),
      () => webhooks.drain(),
      () => notification.deliverDueMessages(),
    ];
    let attempts: number;
    do {
      attempts = 0;
      for (const work of works) {
        attempts += await work();
      }
    } while (attempts > 0);
  }

  /** Removes the database, and closes everything. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
    await this.backend.close();
    // Only then: work that is under way would create it again.
    await removeDatabase(this.#place);
  }
}

async function removeDatabase(place: Place): Promise<void> {
  const database = await Database.connect(place);
  await database.driver.dropDatabase().finally(() => database.close());
}
