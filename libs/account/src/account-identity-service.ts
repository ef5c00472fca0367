import type { OperationContext } from '@org/core';
import type { CollectionReport } from '@org/core/store';
import type { JobService } from '@org/jobs';

import type { CompleteDependencies } from './internal/account-dependencies.ts';
import { IdentityBackfill } from './internal/identity/identity-backfill.ts';
import { IdentityCompletion } from './internal/identity/identity-completion.ts';
import { ProcessHeartbeat } from './internal/identity/process-heartbeat.ts';
import type { IdentityProgress } from './types.ts';

const HOUR_MILLISECONDS = 60 * 60_000;

/**
 * The names of accounts as documents of their own. In a database that began without accounts, these
 * documents alone keep names unique: it is complete. In another one, unique indexes of accounts do
 * so beside them, until {@link AccountIdentityService.complete}. Part of an AccountService.
 */
export class AccountIdentityService {
  readonly #dependencies: CompleteDependencies;
  readonly #backfill: IdentityBackfill;
  readonly #heartbeat: ProcessHeartbeat;
  readonly #completion: IdentityCompletion;

  constructor(dependencies: CompleteDependencies) {
    this.#dependencies = dependencies;
    this.#backfill = new IdentityBackfill(dependencies);
    this.#heartbeat = new ProcessHeartbeat(dependencies);
    this.#completion = new IdentityCompletion(dependencies, this.#backfill, this.#heartbeat);
  }

  /** AccountService calls it. */
  async initialize(): Promise<CollectionReport> {
    return this.#heartbeat.initialize();
  }

  /** Registers the job that stores earlier accounts' identities; AccountService calls it. */
  registerJobs(jobs: Pick<JobService, 'register'>): void {
    jobs.register<object>({
      name: 'account.store-identities',
      schedule: '*/10 * * * *',
      timeLimitMilliseconds: HOUR_MILLISECONDS,
      run: (_payload, { signal, context }) => this.#backfill.runIfDue(signal, context),
    });
  }

  /**
   * Tells other processes every 10 s that this one runs, and learns when the database is complete.
   * Does not keep the process alive; {@link stopHeartbeat} ends it.
   */
  startHeartbeat(): void {
    this.#heartbeat.start();
  }

  async stopHeartbeat(): Promise<void> {
    await this.#heartbeat.stop();
  }

  /** @returns `undefined` if the database is complete */
  async findProgress(context: OperationContext): Promise<IdentityProgress | undefined> {
    const { identityState } = this.#dependencies;
    return identityState.isComplete ? undefined : this.#backfill.getProgress(context);
  }

  /**
   * Makes identities alone decide: stores those that are missing, checks every account, waits until
   * every process knows, and drops the unique indexes of accounts. No process of a version before
   * may run any more: one that stores no heartbeat, the caller must know of. If interrupted, it
   * continues when called again.
   *
   * @param signal stops it between two steps; default: never
   * @throws AccountBadRequestError that says why it cannot be done now
   */
  async complete(
    context: OperationContext,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<void> {
    await this.#completion.run(signal, context);
  }
}
