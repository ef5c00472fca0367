import { isAnswer, isSuccess, type Outcome } from '@org/harness';

import {
  makeCredentials,
  makePhoneNumber,
  readId,
  readTokens,
  type ApiClient,
  type Credentials,
  type Tokens,
} from './api-client.ts';
import { WrittenValue, type Ledger, type LedgerAccount } from './ledger.ts';

/** How often the middle of a life is gone through before the account is deleted. */
const ROUNDS_PER_LIFE = 3;

/** The outcome of each request, after what it acknowledged is in the ledger. */
type Requests<Result = void> = AsyncGenerator<Outcome, Result, undefined>;

/**
 * Somebody who signs up, logs in, changes this and that, and leaves, over and over, one request at a
 * time. What the program acknowledges goes into the ledger.
 */
export class Writer {
  readonly #client: ApiClient;
  readonly #ledger: Ledger;
  readonly #asksForEmailCodes: boolean;
  readonly #lives = this.#liveOverAndOver();
  #written = 0;

  /** @param asksForEmailCodes not of a version without them. Default: false */
  constructor(client: ApiClient, ledger: Ledger, asksForEmailCodes = false) {
    this.#client = client;
    this.#ledger = ledger;
    this.#asksForEmailCodes = asksForEmailCodes;
  }

  /** Makes the next request. One whose outcome is in doubt may end this life. */
  async step(): Promise<Outcome> {
    const { value: outcome } = await this.#lives.next();
    this.#ledger.acknowledged += isSuccess(outcome) ? 1 : 0;
    return outcome;
  }

  /** A life ends early where a request that the next ones depend on has no success. */
  async *#liveOverAndOver(): Requests<never> {
    for (;;) {
      const credentials = makeCredentials();
      const name = this.#nextName();
      const signedUp = await this.#client.signUp(credentials, name);
      if (!isSuccess(signedUp)) {
        yield signedUp;
        continue;
      }
      const firstName = new WrittenValue(name);
      const smsEnabled = new WrittenValue(true);
      const id = readId(signedUp);
      const account = this.#ledger.addAccount({ id, firstName, smsEnabled });
      yield signedUp;
      yield* this.#live(account, credentials);
    }
  }

  async *#live(account: LedgerAccount, credentials: Credentials): Requests {
    const loggedIn = await this.#client.logIn(credentials);
    let tokens = isSuccess(loggedIn) ? readTokens(loggedIn) : undefined;
    const session = tokens && this.#ledger.addSession(tokens.session);
    yield loggedIn;
    for (let round = 0; tokens && session && round < ROUNDS_PER_LIFE; round += 1) {
      yield* this.#change(account, credentials, tokens);
      const refreshed = await this.#client.refresh(tokens.refreshToken);
      // In doubt, the token may be the predecessor of one that got lost, and replaying it later a theft.
      tokens = isSuccess(refreshed) ? readTokens(refreshed) : undefined;
      session.generation = tokens?.session.generation ?? session.generation;
      yield refreshed;
    }
    if (tokens === undefined) {
      return;
    }
    const byPhone = await this.#client.signUpByPhone(makePhoneNumber());
    if (isSuccess(byPhone)) {
      this.#ledger.addAccount({ id: readId(byPhone) }).oneTimePasswords += 1;
    }
    yield byPhone;
    if (this.#asksForEmailCodes) {
      yield this.#client.requestEmailCode(makeCredentials().username);
    }
    yield note(account.active, false, await this.#client.deleteAccount(tokens));
  }

  async *#change(account: LedgerAccount, { username }: Credentials, tokens: Tokens): Requests {
    const name = this.#nextName();
    yield note(account.firstName, name, await this.#client.updateProfile(tokens, name));
    const sms_enabled = this.#written % 2 === 0;
    const preferred = await this.#client.updatePreferences(tokens, { sms_enabled });
    yield note(account.smsEnabled, sms_enabled, preferred);
    const requested = await this.#client.requestPasswordReset(username);
    account.passwordResets += isSuccess(requested) ? 1 : 0;
    yield requested;
  }

  #nextName(): string {
    this.#written += 1;
    return `Name ${this.#written}`;
  }
}

export function note<Value>(
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
