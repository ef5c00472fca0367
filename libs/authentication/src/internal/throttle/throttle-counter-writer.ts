import type { Clock, OperationContext } from '@org/core';
import { representationsOf, type CollectionReport } from '@org/core/store';

import type { ThrottleBudget } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { countHit, reserveHit, settleHit } from './budget-pipeline.ts';
import { rememberLogin, reserveFailure, settleFailure } from './failure-pipeline.ts';
import { orLocally, type LocalCounterMap } from './local-counter-map.ts';
import type { Settlement } from './reservation-pipeline.ts';
import { ThrottleCounterModel } from './store/throttle-counter-model.ts';
import { ThrottleCounterRepository } from './store/throttle-counter-repository.ts';
import {
  findWait,
  isBudgetSlot,
  isKnown,
  toReservation,
  type Counter,
  type FailureSlot,
  type Reservation,
  type Slot,
} from './throttle-policy.ts';

/** Changes the counters shared by all instances, or this process's while the database is down. */
export class ThrottleCounterWriter {
  readonly #clock: Clock;
  readonly #repository: ThrottleCounterRepository;
  readonly #local: LocalCounterMap;

  constructor(dependencies: ModuleDependencies, local: LocalCounterMap) {
    this.#clock = dependencies.clock;
    this.#repository = new ThrottleCounterRepository(dependencies);
    this.#local = local;
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  /** @returns how long to wait before it is allowed, in milliseconds; 0: it was allowed */
  async countHit(
    key: string,
    budgets: readonly ThrottleBudget[],
    context: OperationContext,
  ): Promise<number> {
    const count = () => this.#countShared(key, budgets, context);
    if (context.transaction !== undefined) {
      return count();
    }
    return orLocally(count, () => this.#local.countHit(key, budgets));
  }

  /** Reserves an attempt in the slot's counter, if there is room; outside of any transaction. */
  async reserve(slot: Slot, id: string, context: OperationContext): Promise<Reservation> {
    return orLocally(
      () => this.#reserveShared(slot, id, context),
      () => this.#local.reserve(slot, id),
    );
  }

  async settle(
    reservation: Reservation,
    settlement: Settlement,
    context: OperationContext,
  ): Promise<void> {
    const { slot, id } = reservation;
    this.#local.settle(slot, id, 'abandoned');
    await orLocally(
      () => this.#settleShared(reservation, settlement, context),
      () => this.#local.settle(slot, id, settlement.outcome),
    );
  }

  /** Makes the slot's source known as one that logged in to the account. */
  async remember({ key, source }: FailureSlot, accountId: string, context: OperationContext) {
    if (source !== undefined) {
      const stages = rememberLogin(source, accountId, this.#clock.now());
      const outside = context.withoutTransaction();
      // While the database is down, nothing is known.
      await orLocally<unknown>(
        () => this.#repository.upsertByPipeline(key, stages, outside),
        () => undefined,
      );
    }
  }

  /** Forgets which sources have logged in to the account, and the failures for its name. */
  async deleteCountersOfAccount(accountId: string, context: OperationContext): Promise<void> {
    const ofAccount = { account_id: { $in: representationsOf(accountId) as string[] } };
    await this.#repository.deleteMany(ofAccount, context);
  }

  /** Outside of any transaction: a counter that an attacker keeps changing would end it. */
  async forgetCounts(
    {
      failures,
      budgets,
    }: { readonly failures: readonly string[]; readonly budgets: readonly string[] },
    context: OperationContext,
  ): Promise<void> {
    const outside = context.withoutTransaction();
    await this.#repository.resetFailures(failures, outside);
    await this.#repository.deleteMany({ key: { $in: [...budgets] } }, outside);
  }

  async #countShared(
    key: string,
    budgets: readonly ThrottleBudget[],
    context: OperationContext,
  ): Promise<number> {
    const stages = countHit(this.#clock.now(), budgets);
    const counted = await this.#repository.upsertByPipeline(key, stages, context);
    const { isAllowed, hits } = ThrottleCounterModel.fromBson(counted);
    // Never 0, even if the clock has moved on: the use was refused.
    return isAllowed ? 0 : Math.max(1, findWait(hits, budgets, this.#clock.now()));
  }

  async #reserveShared(slot: Slot, id: string, context: OperationContext): Promise<Reservation> {
    const at = { id, now: this.#clock.now() };
    const stages = isBudgetSlot(slot)
      ? reserveHit(at, slot.budgets)
      : reserveFailure({ ...at, source: slot.source });
    const outside = context.withoutTransaction();
    const reserved = await this.#repository.upsertByPipeline(slot.key, stages, outside);
    const counter = ThrottleCounterModel.fromBson(reserved);
    const { isAllowed, isKnownSource, knownSources } = counter;
    const now = this.#clock.now();
    return {
      ...toReservation({ slot, id, isAllowed }, ownCounts(slot, counter), now),
      isKnownSource,
      hasKnownSources: [...knownSources.values()].some((source) => isKnown(source, now)),
    };
  }

  async #settleShared(
    { slot, id, isKnownSource }: Reservation,
    settlement: Settlement,
    context: OperationContext,
  ): Promise<void> {
    const at = { id, now: this.#clock.now(), ...settlement };
    const stages = isBudgetSlot(slot)
      ? settleHit(at, slot.budgets)
      : settleFailure({ ...at, source: slot.source, isKnownSource });
    await this.#repository.upsertByPipeline(slot.key, stages, context.withoutTransaction());
  }
}

/** A known source has its own counters; all other sources of the name share the name's. */
function ownCounts(
  slot: Slot,
  counter: ThrottleCounterModel,
): Pick<Counter, 'hits' | 'blockedUntil' | 'pending'> {
  if (isBudgetSlot(slot) || !counter.isKnownSource) {
    return counter;
  }
  const known = counter.knownSources.get(slot.source ?? '');
  return { hits: [], blockedUntil: known?.blocked_until ?? null, pending: known?.pending ?? [] };
}
