import { setTimeout as delay } from 'node:timers/promises';

import type { OperationContext } from '@org/core';

import { AccountBadRequestError } from '../../errors.ts';
import type { CompleteDependencies } from '../account-dependencies.ts';
import { AccountRepository, type NamesDocument } from '../store/account-repository.ts';
import { IdentityStateRepository } from '../store/identity-state-repository.ts';
import type { IdentityBackfill } from './identity-backfill.ts';
import type { ProcessHeartbeat } from './process-heartbeat.ts';

const POLL_MILLISECONDS = 500;
const HOUR_MILLISECONDS = 60 * 60_000;
const NAMED_ACCOUNTS = 10;

/** Makes identities alone decide whose a name is. If interrupted, it is done again. */
export class IdentityCompletion {
  readonly #dependencies: CompleteDependencies;
  readonly #backfill: IdentityBackfill;
  readonly #heartbeat: ProcessHeartbeat;
  readonly #accounts: AccountRepository;
  readonly #states: IdentityStateRepository;

  constructor(
    dependencies: CompleteDependencies,
    backfill: IdentityBackfill,
    heartbeat: ProcessHeartbeat,
  ) {
    this.#dependencies = dependencies;
    this.#backfill = backfill;
    this.#heartbeat = heartbeat;
    this.#accounts = new AccountRepository(dependencies);
    this.#states = new IdentityStateRepository(dependencies);
  }

  /** @throws AccountBadRequestError that says why it cannot be done now */
  async run(signal: AbortSignal, context: OperationContext): Promise<void> {
    const { identityState } = this.#dependencies;
    await identityState.refresh();
    if (!identityState.isComplete) {
      await this.#assertNoneIsOlder(context);
      await this.#assertNoneWroteWithout(context);
      await this.#backfill.run(signal, context);
      await this.#assertWhole(context);
      await this.#states.update({ state: 'complete', cursor: null }, context);
      await identityState.refresh();
    }
    while ((await this.#heartbeat.findOthers(context)).some(({ isMixed }) => isMixed)) {
      await delay(POLL_MILLISECONDS, undefined, { signal });
    }
    await this.#accounts.dropNameIndexes();
  }

  async #assertNoneIsOlder(context: OperationContext): Promise<void> {
    const others = await this.#heartbeat.findOthers(context);
    if (others.some(({ isOlder }) => isOlder)) {
      throw new AccountBadRequestError(
        'A process of an earlier version still runs. Stop it first.',
      );
    }
  }

  /** Whoever changes an account without its identity is an earlier version that still runs. */
  async #assertNoneWroteWithout(context: OperationContext): Promise<void> {
    const recently = new Date(this.#dependencies.clock.now().getTime() - HOUR_MILLISECONDS);
    const lacking: NamesDocument[] = [];
    for await (const gaps of this.#backfill.findGaps(context)) {
      lacking.push(...gaps.lacking.filter(({ updated_at: at }) => at > recently));
    }
    if (lacking.length > 0) {
      throw new AccountBadRequestError(
        `In the last hour, an earlier version changed ${listOf(lacking)}. Stop it; then wait for the job account.store-identities, or an hour.`,
      );
    }
  }

  async #assertWhole(context: OperationContext): Promise<void> {
    const colliding: NamesDocument[] = [];
    for await (const gaps of this.#backfill.findGaps(context)) {
      colliding.push(...gaps.colliding, ...gaps.lacking);
    }
    if (colliding.length > 0) {
      throw new AccountBadRequestError(
        `Other accounts have the names of ${listOf(colliding)}. Rename or delete these first.`,
      );
    }
  }
}

function listOf(accounts: readonly NamesDocument[]): string {
  const ids = accounts.slice(0, NAMED_ACCOUNTS).map(({ _id }) => _id.toHexString());
  const rest = accounts.length - ids.length;
  return `${ids.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
