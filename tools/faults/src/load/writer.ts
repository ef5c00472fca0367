import { isAnswer, isSuccess, type Outcome } from '@org/harness';

import type { ApiClient, Credentials } from './api-client.ts';
import { WrittenValue, type Ledger, type LedgerAccount, type LedgerSession } from './ledger.ts';
import { makeCredentials, makePhoneNumber, readId, readTokens, type Tokens } from './people.ts';

/** How often the middle of a life is gone through before the account is deleted. */
const ROUNDS_PER_LIFE = 3;

/** The outcome of each request, after what it acknowledged is in the ledger. */
type Requests<Result = void> = AsyncGenerator<Outcome, Result, undefined>;

interface Life {
  readonly credentials: Credentials;
  readonly account: LedgerAccount;
  readonly session: LedgerSession;
  tokens: Tokens;
}

/**
 * Somebody who signs up, logs in, changes this and that, and leaves, over and over, one request at a
 * time. What the program acknowledges goes into the ledger.
 */
export class Writer {
  readonly #client: ApiClient;
  readonly #ledger: Ledger;
  readonly #lives = this.#liveOverAndOver();
  #written = 0;

  constructor(client: ApiClient, ledger: Ledger) {
    this.#client = client;
    this.#ledger = ledger;
  }

  /** Makes the next request. One whose outcome is in doubt may end this life. */
  async step(): Promise<Outcome> {
    const { value: outcome } = await this.#lives.next();
    this.#ledger.acknowledged += isSuccess(outcome) ? 1 : 0;
    return outcome;
  }

  async *#liveOverAndOver(): Requests<never> {
    for (;;) {
      yield* this.#live();
    }
  }

  /** Without success, what would come next has nothing to stand on. */
  async *#live(): Requests {
    const life = yield* this.#begin();
    if (life === undefined) {
      return;
    }
    for (let round = 0; round < ROUNDS_PER_LIFE; round += 1) {
      const goesOn = yield* this.#change(life);
      if (!goesOn) {
        return;
      }
    }
    const byPhone = await this.#client.signUpByPhone(makePhoneNumber());
    if (isSuccess(byPhone)) {
      this.#ledger.addAccount({ id: readId(byPhone) }).oneTimePasswords += 1;
    }
    yield byPhone;
    yield note(life.account.active, false, await this.#client.deleteAccount(life.tokens));
  }

  async *#begin(): Requests<Life | undefined> {
    const credentials = makeCredentials();
    const name = this.#nextName();
    const signedUp = await this.#client.signUp(credentials, name);
    if (!isSuccess(signedUp)) {
      yield signedUp;
      return undefined;
    }
    const account = this.#ledger.addAccount({
      id: readId(signedUp),
      firstName: new WrittenValue(name),
      smsEnabled: new WrittenValue(true),
    });
    yield signedUp;
    const loggedIn = await this.#client.logIn(credentials);
    if (!isSuccess(loggedIn)) {
      yield loggedIn;
      return undefined;
    }
    const tokens = readTokens(loggedIn);
    const session = this.#ledger.addSession(tokens.session);
    yield loggedIn;
    return { credentials, account, session, tokens };
  }

  /** @returns whether its token is still known */
  async *#change(life: Life): Requests<boolean> {
    const { credentials, account, tokens } = life;
    const name = this.#nextName();
    yield note(account.firstName, name, await this.#client.updateProfile(tokens, name));
    const enabled = this.#written % 2 === 0;
    const preferences = { sms_enabled: enabled };
    const preferred = await this.#client.updatePreferences(tokens, preferences);
    yield note(account.smsEnabled, enabled, preferred);
    const requested = await this.#client.requestPasswordReset(credentials.username);
    account.passwordResets += isSuccess(requested) ? 1 : 0;
    yield requested;
    const refreshed = await this.#client.refresh(tokens.refreshToken);
    // In doubt, the token may be the predecessor of one that got lost, and replaying it later a theft.
    if (!isSuccess(refreshed)) {
      yield refreshed;
      return false;
    }
    life.tokens = readTokens(refreshed);
    life.session.generation = life.tokens.session.generation;
    yield refreshed;
    return true;
  }

  #nextName(): string {
    this.#written += 1;
    return `Name ${this.#written}`;
  }
}

function note<Value>(
  written: WrittenValue<Value> | undefined,
  value: Value,
  outcome: Outcome,
): Outcome {
  if (!isAnswer(outcome) || outcome.status >= 500) {
    written?.doubt(value);
  } else if (isSuccess(outcome)) {
    written?.acknowledge(value);
  }
  return outcome;
}
