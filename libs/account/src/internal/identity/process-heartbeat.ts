import { randomUUID } from 'node:crypto';

import type { OperationContext } from '@org/core';
import type { CollectionReport } from '@org/core/store';

import type { CompleteDependencies } from '../account-dependencies.ts';
import { AccountProcessRepository } from '../store/account-process-repository.ts';
import { identityContext } from './identity-state.ts';

/** Raised when processes before must no longer run on what those after do to the database. */
const VERSION = 1;
const HEARTBEAT_MILLISECONDS = 10_000;
/** Three heartbeats. */
const ALIVE_MILLISECONDS = 3 * HEARTBEAT_MILLISECONDS;

/** Tells other processes that this one runs, and learns when the database is complete. */
export class ProcessHeartbeat {
  readonly #dependencies: CompleteDependencies;
  readonly #repository: AccountProcessRepository;
  readonly #processId = randomUUID();
  #timer: NodeJS.Timeout | undefined;
  #latest: Promise<void> | undefined;

  constructor(dependencies: CompleteDependencies) {
    this.#dependencies = dependencies;
    this.#repository = new AccountProcessRepository(dependencies);
  }

  async initialize(): Promise<CollectionReport> {
    return this.#repository.onInitCollection();
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#tryToBeat(), HEARTBEAT_MILLISECONDS).unref();
    this.#tryToBeat();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#latest;
  }

  async beat(): Promise<void> {
    const { clock, identityState } = this.#dependencies;
    await identityState.refresh();
    const state = identityState.isComplete ? 'complete' : 'mixed';
    const process = { version: VERSION, state, seen_at: clock.now() } as const;
    await this.#repository.store(this.#processId, process, identityContext);
  }

  /** Of the processes that run now. */
  async findOthers(
    context: OperationContext,
  ): Promise<readonly { readonly isOlder: boolean; readonly isMixed: boolean }[]> {
    const since = new Date(this.#dependencies.clock.now().getTime() - ALIVE_MILLISECONDS);
    const alive = await this.#repository.findSeenSince(since, context);
    return alive
      .filter(({ _id }) => _id !== this.#processId)
      .map(({ version, state }) => ({ isOlder: version < VERSION, isMixed: state === 'mixed' }));
  }

  /** If one fails, the next makes up for it. */
  #tryToBeat(): void {
    this.#latest = this.beat().catch(() => undefined);
  }
}
