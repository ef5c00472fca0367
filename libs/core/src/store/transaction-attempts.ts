import { MongoServerSelectionError, type MongoClient } from 'mongodb';

import type { Clock } from '../clock.ts';
import { ServiceUnavailableError } from '../errors.ts';

/** How long a transaction begins again after conflicts, or while its commits fail. */
const TIMEOUT_MILLISECONDS = 5_000;

export interface TransactionAttemptsOptions {
  readonly clock: Clock;
  /** How long the driver waits for a server. */
  readonly serverPatienceMilliseconds: number;
  /** From {@link watchWritability}. */
  readonly isWritable: () => boolean;
}

/** Tells from now on whether a server takes writes, as far as the driver knows. */
export function watchWritability(client: MongoClient): () => boolean {
  let isWritable = false;
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    isWritable = [...newDescription.servers.values()].some((server) => server.isWritable);
  });
  return () => isWritable;
}

/** Decides how long a transaction goes on: its driver would begin it again for two minutes. */
export class TransactionAttempts {
  /** Rejects once there is no server for it. The driver waits for one once more, to abort it. */
  readonly givenUp: Promise<never>;
  readonly #options: TransactionAttemptsOptions;
  readonly #deadline: number;
  #hasBegun = false;
  #failedAt = Infinity;
  #failure: unknown;
  #giveUp!: (error: unknown) => void;

  constructor(options: TransactionAttemptsOptions) {
    this.#options = options;
    this.#deadline = options.clock.monotonicMilliseconds() + TIMEOUT_MILLISECONDS;
    this.givenUp = new Promise((_resolve, reject) => {
      this.#giveUp = reject;
    });
  }

  /** @throws ServiceUnavailableError if it is not to begin again */
  begin(): void {
    const { clock, serverPatienceMilliseconds, isWritable } = this.#options;
    const now = clock.monotonicMilliseconds();
    // Also where it is the commit that failed, of which only the driver knows.
    const isLate = this.#hasBegun && now > this.#deadline;
    // Aborting it, the driver waited for a server in vain; it would wait for one once more.
    const isInVain = now - this.#failedAt > serverPatienceMilliseconds / 2 && !isWritable();
    if (isLate || isInVain) {
      throw new ServiceUnavailableError({ cause: this.#failure });
    }
    this.#hasBegun = true;
    this.#failedAt = Infinity;
  }

  fail(error: unknown): void {
    this.#failedAt = this.#options.clock.monotonicMilliseconds();
    this.#failure = error;
    // Of a command beside the transaction, it comes translated.
    const reason = error instanceof ServiceUnavailableError ? error.cause : error;
    if (reason instanceof MongoServerSelectionError) {
      this.#giveUp(error);
    }
  }
}
