import type { Clock } from '../clock.ts';
import { ServiceUnavailableError } from '../errors.ts';

/** How long a transaction is begun again after conflicts, or while its commits fail. */
const TIMEOUT_MILLISECONDS = 5_000;

/** Decides whether a transaction is begun once more, of which its driver would try for two minutes. */
export class TransactionAttempts {
  readonly #clock: Clock;
  readonly #serverPatienceMilliseconds: number;
  readonly #deadline: number;
  #hasBegun = false;
  #failedAt = Infinity;
  #failure: unknown;

  /** @param serverPatienceMilliseconds how long the driver waits for a server */
  constructor(clock: Clock, serverPatienceMilliseconds: number) {
    this.#clock = clock;
    this.#serverPatienceMilliseconds = serverPatienceMilliseconds;
    this.#deadline = clock.monotonicMilliseconds() + TIMEOUT_MILLISECONDS;
  }

  /** @throws ServiceUnavailableError if it is not to begin again */
  begin(): void {
    const now = this.#clock.monotonicMilliseconds();
    // Also where it is the commit that failed, of which only the driver knows.
    const isLate = this.#hasBegun && now > this.#deadline;
    // The driver has waited for a server to abort at; this would wait for it once more.
    const isWithoutServer = now - this.#failedAt > this.#serverPatienceMilliseconds / 2;
    if (isLate || isWithoutServer) {
      throw new ServiceUnavailableError({ cause: this.#failure });
    }
    this.#hasBegun = true;
    this.#failedAt = Infinity;
  }

  fail(error: unknown): void {
    this.#failedAt = this.#clock.monotonicMilliseconds();
    this.#failure = error;
  }
}
