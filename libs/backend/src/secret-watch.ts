import { setTimeout as delay } from 'node:timers/promises';

import type { StoredSecrets, StoredSecretsReport } from '@org/core/store';

import type { BackendLogger } from './logger.ts';

export interface SecretWatchDependencies {
  readonly storedSecrets: readonly Pick<StoredSecrets, 'carryOver' | 'examine'>[];
  readonly logger: BackendLogger;
}

/** The number of documents in a collection that none of this process's secret keys can decrypt. */
export type UnreadableSecrets = Pick<StoredSecretsReport, 'collectionName' | 'unreadable'>;

interface PassOptions {
  /** Whether SECRET_KEY_PREVIOUS is set. */
  readonly movesPrevious: boolean;
}

/** Processes started before a key change keep encrypting with the former key until they stop. */
const PASS_INTERVAL_MILLISECONDS = 10 * 60_000;
const RETRY_INTERVAL_MILLISECONDS = 30_000;

/**
 * Scans everything stored encrypted in the background and finds what cannot be read: once, or
 * repeatedly if SECRET_KEY_PREVIOUS is set, re-encrypting its data with SECRET_KEY.
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

  /** Once per collection, regardless of how often and how much is found. */
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
