import type { OperationContext } from '@org/core';
import type { CollectionReport } from '@org/core/store';

import { allSessionsEnded } from '../../events.ts';
import type { ConfiguredDependencies } from '../module-dependencies.ts';
import { endedSessionEvent } from '../security-event-util.ts';
import type { SessionLivenessCache } from './session-liveness-cache.ts';
import { SessionCutoffRepository } from './store/session-cutoff-repository.ts';

/** Ends all sessions, by the time that each read of a session is joined with. */
export class SessionCutoffWriter {
  readonly #dependencies: ConfiguredDependencies;
  readonly #repository: SessionCutoffRepository;
  readonly #liveness: SessionLivenessCache;

  constructor(dependencies: ConfiguredDependencies, liveness: SessionLivenessCache) {
    this.#dependencies = dependencies;
    this.#repository = new SessionCutoffRepository(dependencies);
    this.#liveness = liveness;
  }

  async initialize(): Promise<CollectionReport> {
    return this.#repository.onInitCollection();
  }

  /** @returns the time: sessions that have begun by then, of all accounts, have ended */
  async endAll(context: OperationContext): Promise<Date> {
    const { audit, clock, database, events } = this.#dependencies;
    const endedAt = await database.withTransaction(context, async (transaction) => {
      const now = clock.now();
      await this.#repository.store(now, transaction);
      await audit.record([endedSessionEvent('')], transaction);
      await events.publish(allSessionsEnded, { endedAt: now.toISOString() }, transaction);
      return now;
    });
    this.#liveness.forgetAll(context);
    return endedAt;
  }
}
