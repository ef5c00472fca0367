import { isAnswer, isSuccess, type Answer, type Outcome } from '../http/http-client.ts';
import { readId, readTokens, type Tokens } from './answers.ts';
import type { ApiClient, Credentials } from './api-client.ts';
import { makeCredentials, makePhoneNumber } from './identities.ts';
import { WrittenValue, type Ledger, type LedgerAccount, type LedgerSession } from './ledger.ts';

/** How often the middle of a life is gone through before the account is deleted. */
const ROUNDS_PER_LIFE = 3;

type Step = () => Promise<Outcome>;

/**
 * Somebody who signs up, logs in, changes this and that, and leaves, over and over, one request at a
 * time. What the program acknowledges goes into the ledger.
 */
export class Writer {
  readonly #client: ApiClient;
  readonly #ledger: Ledger;
  #steps: Step[] = [];
  #written = 0;
  #credentials: Credentials | undefined;
  #account: LedgerAccount | undefined;
  #session: LedgerSession | undefined;
  #tokens: Tokens | undefined;

  constructor(client: ApiClient, ledger: Ledger) {
    this.#client = client;
    this.#ledger = ledger;
  }

  /** Makes the next request. One whose outcome is in doubt may end this life. */
  async step(): Promise<Outcome> {
    const next = this.#steps.shift() ?? this.#beginLife();
    const outcome = await next();
    if (isSuccess(outcome)) {
      this.#ledger.count();
    }
    return outcome;
  }

  #beginLife(): Step {
    const middle = [this.#changeName, this.#changePreferences, this.#requestReset, this.#refresh];
    this.#steps = [
      this.#logIn,
      ...Array.from({ length: ROUNDS_PER_LIFE }, () => middle).flat(),
      this.#signUpByPhone,
      this.#leave,
    ];
    return this.#signUp;
  }

  readonly #signUp: Step = async () => {
    const credentials = makeCredentials();
    const firstName = this.#nextName();
    const outcome = await this.#client.signUp(credentials, firstName);
    this.#unlessInDoubt(outcome, (answer) => {
      this.#credentials = credentials;
      this.#account = this.#ledger.addAccount({
        id: readId(answer),
        username: credentials.username,
        firstName: new WrittenValue(firstName),
        smsEnabled: new WrittenValue(true),
      });
    });
    return outcome;
  };

  readonly #logIn: Step = async () => {
    const outcome = await this.#client.logIn(required(this.#credentials));
    this.#unlessInDoubt(outcome, (answer) => {
      this.#tokens = readTokens(answer);
      this.#session = this.#ledger.addSession({ ...this.#tokens.session });
    });
    return outcome;
  };

  readonly #changeName: Step = async () => {
    const name = this.#nextName();
    const outcome = await this.#client.updateProfile(required(this.#tokens), name);
    note(required(this.#account).firstName, name, outcome);
    return outcome;
  };

  readonly #changePreferences: Step = async () => {
    const enabled = this.#written % 2 === 0;
    const change = { sms_enabled: enabled };
    const outcome = await this.#client.updatePreferences(required(this.#tokens), change);
    note(required(this.#account).smsEnabled, enabled, outcome);
    return outcome;
  };

  readonly #requestReset: Step = async () => {
    const { username } = required(this.#credentials);
    const outcome = await this.#client.requestPasswordReset(username);
    if (isSuccess(outcome)) {
      required(this.#account).passwordResets += 1;
    }
    return outcome;
  };

  /** In doubt, the token may be the predecessor of one that got lost, and replaying it later a theft. */
  readonly #refresh: Step = async () => {
    const outcome = await this.#client.refresh(required(this.#tokens).refreshToken);
    this.#unlessInDoubt(outcome, (answer) => {
      this.#tokens = readTokens(answer);
      required(this.#session).generation = this.#tokens.session.generation;
    });
    return outcome;
  };

  readonly #signUpByPhone: Step = async () => {
    const phoneNumber = makePhoneNumber();
    const outcome = await this.#client.signUpByPhone(phoneNumber);
    if (isSuccess(outcome)) {
      const account = this.#ledger.addAccount({ id: readId(outcome), phoneNumber });
      account.oneTimePasswords += 1;
    }
    return outcome;
  };

  readonly #leave: Step = async () => {
    const outcome = await this.#client.deleteAccount(required(this.#tokens));
    note(required(this.#account).active, false, outcome);
    return outcome;
  };

  /** Without success, what comes next in this life has nothing to stand on. */
  #unlessInDoubt(outcome: Outcome, next: (answer: Answer) => void): void {
    if (isSuccess(outcome)) {
      next(outcome);
    } else {
      this.#steps = [];
    }
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
): void {
  if (!isAnswer(outcome) || outcome.status >= 500) {
    written?.doubt(value);
  } else if (isSuccess(outcome)) {
    written?.acknowledge(value);
  }
}

/** @throws TypeError when a step runs before the one that it stands on, which is a mistake here */
function required<Value>(value: Value | undefined): Value {
  if (value === undefined) {
    throw new TypeError('A step of a writer ran before the one that it stands on.');
  }
  return value;
}
