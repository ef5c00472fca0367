import { isSuccess, waitUntil, type Outcome } from '@org/harness';

import { HistoryRecorder } from '../history/history.ts';
import { makePhoneNumber, readId, readTokens, type ApiClient, type Person } from './api-client.ts';
import { Ledger, WrittenValue, type LedgerAccount, type LedgerSession } from './ledger.ts';
import { note } from './writer.ts';

/** Somebody who does several things at once. */
export class Customer {
  readonly ledger = new Ledger();
  readonly history = new HistoryRecorder();
  readonly #client: ApiClient;
  readonly #account: LedgerAccount;
  readonly #session: LedgerSession;
  #person: Person;
  #visits = 0;

  constructor(client: ApiClient, person: Person) {
    this.#client = client;
    this.#person = person;
    this.#session = this.ledger.addSession(person.session);
    this.#account = this.ledger.addAccount({
      id: person.accountId,
      firstName: new WrittenValue('Ada'),
      smsEnabled: new WrittenValue(true),
    });
  }

  /** The driver may take a while to believe that a server is back that has not been away. */
  async untilServed(): Promise<void> {
    const isServed = async () => isSuccess(await this.#client.readAccount(this.#person));
    await waitUntil('a success after a failing command', isServed);
  }

  async doEverything(): Promise<readonly Outcome[]> {
    this.#visits += 1;
    const outcomes = await Promise.all([
      this.#rename(),
      this.#prefer(),
      this.#createTask(),
      this.#refresh(),
      this.#signUp(),
      this.#client.readAccount(this.#person),
    ]);
    this.ledger.acknowledged += outcomes.filter(isSuccess).length;
    return outcomes;
  }

  async #rename(): Promise<Outcome> {
    const name = `Name ${this.#visits}`;
    const outcome = await this.#client.updateProfile(this.#person, name);
    return note(this.#account.firstName, name, outcome);
  }

  async #prefer(): Promise<Outcome> {
    const sms_enabled = this.#visits % 2 === 0;
    const outcome = await this.#client.updatePreferences(this.#person, { sms_enabled });
    return note(this.#account.smsEnabled, sms_enabled, outcome);
  }

  async #createTask(): Promise<Outcome> {
    const outcome = await this.#client.createTask(this.#person, `Task ${this.#visits}`);
    if (isSuccess(outcome)) {
      this.history.created.push(readId(outcome));
    }
    return outcome;
  }

  async #refresh(): Promise<Outcome> {
    const outcome = await this.#client.refresh(this.#person.refreshToken);
    if (isSuccess(outcome)) {
      this.#person = { ...this.#person, ...readTokens(outcome) };
      this.#session.generation = this.#person.session.generation;
    }
    return outcome;
  }

  async #signUp(): Promise<Outcome> {
    const outcome = await this.#client.signUpByPhone(makePhoneNumber());
    if (isSuccess(outcome)) {
      this.ledger.addAccount({ id: readId(outcome) }).oneTimePasswords += 1;
    }
    return outcome;
  }
}
