import { setTimeout } from 'node:timers/promises';

import type { TransferProgress } from './transfer-progress.ts';

/** MongoDB ends the transaction of a killed import within about a minute. */
const PATIENCE_MILLISECONDS = 120_000;
const PAUSE_MILLISECONDS = 1_000;

/** Waits while the database takes no batch of an import. */
export class BatchPatience {
  readonly #progress: TransferProgress;
  readonly #stopped: AbortSignal;
  #endsAt: number | undefined;

  constructor(progress: TransferProgress, stopped: AbortSignal) {
    this.#progress = progress;
    this.#stopped = stopped;
  }

  /** @throws what was given, once it has gone on for too long for one batch */
  readonly wait = async (error: Error): Promise<void> => {
    const now = performance.now();
    if (this.#endsAt === undefined) {
      this.#endsAt = now + PATIENCE_MILLISECONDS;
      this.#progress.say(
        'The database is unavailable, or still has the transaction of an import that was killed. Waiting for up to two minutes.',
      );
    }
    if (now >= this.#endsAt) {
      throw error;
    }
    await setTimeout(PAUSE_MILLISECONDS, undefined, { signal: this.#stopped });
  };

  /** A batch is stored. */
  renew(): void {
    this.#endsAt = undefined;
  }
}
