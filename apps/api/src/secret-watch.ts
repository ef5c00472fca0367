import { setTimeout as delay } from 'node:timers/promises';

import type { StoredSecrets, StoredSecretsReport } from '@org/core/store';

import type { Logger } from './logging.ts';

export interface SecretWatchDependencies {
  readonly storedSecrets: readonly Pick<StoredSecrets, 'carryOver' | 'examine'>[];
  readonly logger: Logger;
}

/** Of a collection, how many documents none of the secret keys of this process opens. */
export type UnreadableSecrets = Pick<StoredSecretsReport, 'collectionName' | 'unreadable'>;

interface PassOptions {
  /** Whether there is a SECRET_KEY_PREVIOUS. */
  readonly movesPrevious: boolean;
}

/** Processes of before a change go on storing under the former key until they are stopped. */
const PASS_INTERVAL_MILLISECONDS = 10 * 60_000;
const RETRY_INTERVAL_MILLISECONDS = 30_000;

/**
 * Goes through all that is stored encrypted, beside all else, and finds what cannot be read: once, and
 * where there is a SECRET_KEY_PREVIOUS again and again, moving to SECRET_KEY what lies under that.
 */
export class SecretWatch {
  readonly #dependencies: SecretWatchDependencies;
  readonly #stopping = new AbortController();
  #unreadable: readonly UnreadableSecrets[] = [];
  #passing: Promise<void> | undefined;

  constructor(dependencies: SecretWatchDependencies) {
    this.#dependencies = dependencies;
  }

  /** As of the last pass. */
  get unreadable(): readonly UnreadableSecrets[] {
    return this.#unreadable;
  }

  start({ movesPrevious }: PassOptions): void {
    this.#passing ??= this.#passUntilStopped(movesPrevious);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#passing;
  }

  /** Goes through everything once. */
  async pass({ movesPrevious }: PassOptions): Promise<void> {
    const { storedSecrets, logger } = this.#dependencies;
    const { signal } = this.#stopping;
    const reports: StoredSecretsReport[] = [];
    for (const secrets of storedSecrets) {
      const report = await (movesPrevious ? secrets.carryOver(signal) : secrets.examine(signal));
      reports.push(report);
      if (movesPrevious) {
        const { collectionName, ...found } = report;
        logger.info({ collection: collectionName, ...found }, 'moved from SECRET_KEY_PREVIOUS');
      }
    }
    this.#tell(reports.filter(({ unreadable }) => unreadable > 0));
  }

  async #passUntilStopped(movesPrevious: boolean): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const isDone = await this.#tryToPass(movesPrevious);
      if (isDone && !movesPrevious) {
        return;
      }
      const pause = isDone ? PASS_INTERVAL_MILLISECONDS : RETRY_INTERVAL_MILLISECONDS;
      await delay(pause, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #tryToPass(movesPrevious: boolean): Promise<boolean> {
    try {
      await this.pass({ movesPrevious });
      return true;
    } catch (error) {
      if (!this.#stopping.signal.aborted) {
        const message = 'looking through what is stored encrypted failed; it is tried again';
        this.#dependencies.logger.error({ err: error }, message);
      }
      return false;
    }
  }

  /** Once for each collection, however often and however much is found. */
  #tell(unreadable: readonly UnreadableSecrets[]): void {
    for (const { collectionName, unreadable: count } of unreadable) {
      if (!this.#unreadable.some((known) => known.collectionName === collectionName)) {
        this.#dependencies.logger.error(
          { collection: collectionName, unreadable: count },
          'none of the secret keys of this process opens some documents; they are left out',
        );
      }
    }
    this.#unreadable = unreadable;
  }
}
