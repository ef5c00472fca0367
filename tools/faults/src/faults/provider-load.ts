import { isSuccess, type Outcome } from '../http/http-client.ts';
import { ApiClient } from '../load/api-client.ts';
import { makePhoneNumber, toE164 } from '../load/identities.ts';
import { signUpAndLogIn } from '../load/people.ts';
import { startPacedLoad } from '../load/run-load.ts';
import type { Tally } from '../load/tally.ts';

const REQUESTS_PER_SECOND = 20;
/** Who asks for mail, in turn: a reset needs an account, and making one costs a hash. */
const PEOPLE = 10;

/** Requests that each have a message sent, and what became of them. */
export class ProviderLoad {
  readonly #client: ApiClient;
  readonly #usernames: readonly string[];
  #sent = 0;
  /** When the message to a number was accepted, by `performance.now()`. */
  readonly acceptedNumbers = new Map<string, number>();
  /** How many messages to an address were accepted. */
  readonly acceptedAddresses = new Map<string, number>();

  private constructor(client: ApiClient, usernames: readonly string[]) {
    this.#client = client;
    this.#usernames = usernames;
  }

  static async prepare(port: number): Promise<ProviderLoad> {
    const client = new ApiClient(port);
    const usernames: string[] = [];
    for (let person = 0; person < PEOPLE; person += 1) {
      usernames.push((await signUpAndLogIn(client)).credentials.username);
    }
    return new ProviderLoad(client, usernames);
  }

  /** Half of the requests have a text message sent, half a mail. */
  async run(milliseconds: number): Promise<Tally> {
    const load = startPacedLoad({
      requestsPerSecond: REQUESTS_PER_SECOND,
      request: () => {
        this.#sent += 1;
        return this.#sent % 2 === 0 ? this.requestText() : this.#requestMail();
      },
    });
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return load.stop();
  }

  async requestText(number = makePhoneNumber()): Promise<Outcome> {
    const outcome = await this.#client.signUpByPhone(number);
    if (isSuccess(outcome)) {
      this.acceptedNumbers.set(toE164(number), performance.now());
    }
    return outcome;
  }

  close(): void {
    this.#client.close();
  }

  async #requestMail(): Promise<Outcome> {
    const username = this.#usernames[this.#sent % this.#usernames.length] ?? '';
    const outcome = await this.#client.requestPasswordReset(username);
    if (isSuccess(outcome)) {
      this.acceptedAddresses.set(username, (this.acceptedAddresses.get(username) ?? 0) + 1);
    }
    return outcome;
  }
}
