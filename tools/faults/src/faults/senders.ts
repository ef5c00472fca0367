import { isSuccess, type Outcome } from '@org/harness';

import type { ApiClient } from '../load/api-client.ts';
import { makePhoneNumber, signUpAndLogIn, toE164 } from '../load/people.ts';

/** Who asks for mail, in turn: a reset needs an account, and making one costs a hash. */
const PEOPLE = 10;

/** Requests that each have a message sent, and what was accepted of them. */
export class Senders {
  /** When the message to a number was accepted, by `performance.now()`. */
  readonly numbers = new Map<string, number>();
  /** How many messages to an address were accepted. */
  readonly addresses = new Map<string, number>();
  readonly #client: ApiClient;
  readonly #usernames: readonly string[];
  #sent = 0;

  private constructor(client: ApiClient, usernames: readonly string[]) {
    this.#client = client;
    this.#usernames = usernames;
  }

  static async prepare(client: ApiClient): Promise<Senders> {
    const usernames: string[] = [];
    for (let person = 0; person < PEOPLE; person += 1) {
      usernames.push((await signUpAndLogIn(client)).credentials.username);
    }
    return new Senders(client, usernames);
  }

  /** Half of the requests have a text message sent, half a mail. */
  async requestInTurn(): Promise<Outcome> {
    this.#sent += 1;
    if (this.#sent % 2 === 0) {
      return this.requestText();
    }
    const username = this.#usernames[this.#sent % this.#usernames.length] ?? '';
    const outcome = await this.#client.requestPasswordReset(username);
    if (isSuccess(outcome)) {
      this.addresses.set(username, (this.addresses.get(username) ?? 0) + 1);
    }
    return outcome;
  }

  async requestText(number = makePhoneNumber()): Promise<Outcome> {
    const outcome = await this.#client.signUpByPhone(number);
    if (isSuccess(outcome)) {
      this.numbers.set(toE164(number), performance.now());
    }
    return outcome;
  }
}
