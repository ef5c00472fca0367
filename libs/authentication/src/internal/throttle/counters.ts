import { ServiceUnavailableError, type Clock, type OperationContext } from '@org/core';

import type { ThrottleBudget } from '../../types.ts';
import type { LocalCounters } from './local-counters.ts';
import type { ThrottleCounterReader } from './throttle-counter-reader.ts';
import type { Settlement, ThrottleCounterWriter } from './throttle-counter-writer.ts';
import {
  describeReservation,
  findWait,
  isBudgetSlot,
  KNOWN_SOURCES,
  type Counter,
  type FailureSlot,
  type KnownSource,
  type Reservation,
  type Slot,
} from './throttle-policy.ts';

export interface CountersDependencies {
  readonly clock: Clock;
  readonly reader: ThrottleCounterReader;
  readonly writer: ThrottleCounterWriter;
  readonly local: LocalCounters;
}

/** The counters of all instances; those of this process while the database is away. Never open. */
export class Counters {
  readonly #dependencies: CountersDependencies;

  constructor(dependencies: CountersDependencies) {
    this.#dependencies = dependencies;
  }

  /** The counters that are there and still count. */
  async get(keys: readonly string[], context: OperationContext): Promise<readonly Counter[]> {
    const { clock, reader, local } = this.#dependencies;
    const counters = await orLocally(
      () => reader.getCounters(keys, context.withoutTransaction()),
      () => local.getCounters(keys),
    );
    return counters.filter(({ expiresAt }) => expiresAt > clock.now());
  }

  /**
   * Counts one more in the transaction of the context, so that what comes to nothing is not counted.
   *
   * @returns how long to wait before it is allowed, in milliseconds; 0: it was
   */
  async countHit(
    key: string,
    budgets: readonly ThrottleBudget[],
    context: OperationContext,
  ): Promise<number> {
    const { clock, writer, local } = this.#dependencies;
    const count = async (): Promise<number> => {
      const counter = await writer.countHit(key, budgets, context);
      // At least a moment: it was refused, whatever the clock says by now.
      return counter.isAllowed ? 0 : Math.max(1, findWait(counter.hits, budgets, clock.now()));
    };
    return context.transaction === undefined
      ? orLocally(count, () => local.countHit(key, budgets))
      : count();
  }

  /** Reserves a try in the slot, if there is room; outside of any transaction. */
  async reserve(slot: Slot, id: string, context: OperationContext): Promise<Reservation> {
    const { clock, writer, local } = this.#dependencies;
    return orLocally(
      async () => {
        const counter = await writer.reserve(slot, id, context.withoutTransaction());
        const { isAllowed, isKnownSource, knownSources } = counter;
        const own = isBudgetSlot(slot) || !isKnownSource ? counter : counterOf(slot, knownSources);
        return {
          ...describeReservation({ slot, id, isAllowed }, own, clock.now()),
          isKnownSource,
          hasKnownSources: [...knownSources.values()].some((source) => isKnown(source, clock)),
        };
      },
      () => local.reserve(slot, id),
    );
  }

  async settle(
    reservation: Reservation,
    settlement: Settlement,
    context: OperationContext,
  ): Promise<void> {
    const { writer, local } = this.#dependencies;
    const { slot, id } = reservation;
    local.settle(slot, id, 'abandoned');
    await orLocally(
      () => writer.settle(reservation, settlement, context.withoutTransaction()),
      () => local.settle(slot, id, settlement.outcome),
    );
  }

  /** Whether this source logged in to the account of this counter's name. */
  async hasKnownSource({ key, source }: FailureSlot, context: OperationContext): Promise<boolean> {
    const known = await this.findKnownSources(key, context);
    return source !== undefined && known.has(source);
  }

  /** The sources that logged in to the account of this counter's name. */
  async findKnownSources(key: string, context: OperationContext): Promise<ReadonlySet<string>> {
    const { clock, reader } = this.#dependencies;
    const [counter] = await orLocally(
      () => reader.getCounters([key], context.withoutTransaction()),
      () => [],
    );
    const sources = [...(counter?.knownSources ?? [])];
    return new Set(sources.filter(([, known]) => isKnown(known, clock)).map(([source]) => source));
  }
}

function counterOf(
  { source = '' }: FailureSlot,
  knownSources: ReadonlyMap<string, KnownSource>,
): Pick<Counter, 'hits' | 'blockedUntil' | 'pending'> {
  const known = knownSources.get(source);
  return { hits: [], blockedUntil: known?.blocked_until ?? null, pending: known?.pending ?? [] };
}

function isKnown({ last_login_at: lastLoginAt }: KnownSource, clock: Clock): boolean {
  return lastLoginAt.getTime() > clock.now().getTime() - KNOWN_SOURCES.age;
}

async function orLocally<Result>(
  shared: () => Promise<Result>,
  locally: () => Result,
): Promise<Result> {
  try {
    return await shared();
  } catch (error) {
    if (error instanceof ServiceUnavailableError) {
      return locally();
    }
    throw error;
  }
}
