import type { Clock } from '@org/core';
import { findForeignValidators, type Database } from '@org/core/store';

import type { BackendLogger } from './logger.ts';

const INTERVAL_MILLISECONDS = 30_000;

export interface ForeignValidatorsDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: BackendLogger;
}

/**
 * Checks, at most twice a minute, whether another program has set validators on our collections.
 */
export class ForeignValidators {
  readonly #dependencies: ForeignValidatorsDependencies;
  #names: readonly string[] = [];
  #found: readonly string[] = [];
  #lookedAt: number | undefined;

  constructor(dependencies: ForeignValidatorsDependencies) {
    this.#dependencies = dependencies;
  }

  /** @param names the collections to check */
  watch(names: readonly string[]): void {
    this.#names = names;
  }

  /** @returns the names of those collections */
  async find(): Promise<readonly string[]> {
    const { database, clock, logger } = this.#dependencies;
    const now = clock.monotonicMilliseconds();
    if (this.#lookedAt === undefined || now - this.#lookedAt >= INTERVAL_MILLISECONDS) {
      const found = await findForeignValidators(database, this.#names);
      if (found.length > 0 && found.join() !== this.#found.join()) {
        logger.error(
          { collections: found },
          'another program gave these collections its validators',
        );
      }
      this.#lookedAt = now;
      this.#found = found;
    }
    return this.#found;
  }
}
