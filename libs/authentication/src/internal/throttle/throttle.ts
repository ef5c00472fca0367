import {
  normalizeSource,
  TooManyRequestsError,
  type AuditEvent,
  type AuditTrail,
  type Clock,
  type OperationContext,
} from '@org/core';

import type { ThrottleBudgetKind, ThrottleBudgets } from '../../types.ts';
import { excessEvent } from '../security-event-util.ts';
import type { Counters } from './counters.ts';
import { findWait, type BudgetSlot } from './throttle-policy.ts';
import { toCounterKey } from './throttle-util.ts';

export interface ThrottleDependencies {
  readonly counters: Counters;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly budgets: ThrottleBudgets;
  readonly isEnabled: boolean;
}

/** Something that has budgets, and the key that it is counted under. */
export interface Budgeted {
  readonly kind: ThrottleBudgetKind;
  readonly key: string;
}

/** Refuses what is tried too often, and records that. */
export class Throttle {
  readonly #dependencies: ThrottleDependencies;

  constructor(dependencies: ThrottleDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Asks for all of them in one read, and counts nothing.
   *
   * @param about what a refusal is recorded to be about
   */
  async assertWithin(
    budgeted: readonly Budgeted[],
    about: Partial<AuditEvent>,
    context: OperationContext,
  ): Promise<void> {
    const { isEnabled, counters, clock, budgets } = this.#dependencies;
    if (!isEnabled) {
      return;
    }
    const keys = budgeted.map(({ key }) => key);
    const found = await counters.get(keys, context);
    const now = clock.now();
    const waits = budgeted.map(({ kind, key }) => {
      const hits = found.find((counter) => counter.key === key)?.hits ?? [];
      return findWait(hits, budgets[kind], now);
    });
    await this.refuseFor(Math.max(0, ...waits), about, context);
  }

  /** Counts one for each of them, up to the first that is used up. */
  async consume(
    budgeted: readonly Budgeted[],
    about: Partial<AuditEvent>,
    context: OperationContext,
  ): Promise<void> {
    await this.refuseFor(await this.findWait(budgeted, context), about, context);
  }

  /**
   * Counts one for each of them, up to the first that is used up, and refuses nothing.
   *
   * @returns how long until there is budget again, in milliseconds; 0: there was
   */
  async findWait(budgeted: readonly Budgeted[], context: OperationContext): Promise<number> {
    const { isEnabled, counters, budgets } = this.#dependencies;
    for (const { kind, key } of isEnabled ? budgeted : []) {
      const wait = await counters.countHit(key, budgets[kind], context);
      if (wait > 0) {
        return wait;
      }
    }
    return 0;
  }

  /** Counts one for each of them, and refuses nothing: it has happened already. */
  async countFailures(budgeted: readonly Budgeted[], context: OperationContext): Promise<void> {
    const { isEnabled, counters, budgets } = this.#dependencies;
    const outside = context.withoutTransaction();
    if (isEnabled) {
      await Promise.all(
        budgeted.map(({ kind, key }) => counters.countHit(key, budgets[kind], outside)),
      );
    }
  }

  /** The slots of a try that uses the budgets up when it fails. */
  slotsOf(budgeted: readonly Budgeted[]): readonly BudgetSlot[] {
    return budgeted.map(({ kind, key }) => ({ key, budgets: this.#dependencies.budgets[kind] }));
  }

  /** @throws TooManyRequestsError unless there is nothing to wait for */
  async refuseFor(
    waitMilliseconds: number,
    about: Partial<AuditEvent>,
    context: OperationContext,
  ): Promise<void> {
    if (waitMilliseconds > 0) {
      const source = context.sourceAddress ?? '';
      await this.#dependencies.audit.recordFromSource(excessEvent(about), source, context);
      throw new TooManyRequestsError({ retryAfterSeconds: waitMilliseconds / 1_000 });
    }
  }
}

/** The budget of one subject: a name, a number or an id. */
export function budgetOf(kind: ThrottleBudgetKind, subject: string): Budgeted {
  return { kind, key: toCounterKey(kind, subject) };
}

/** The budget of where the request comes from; none where that is not known. */
export function budgetOfSource(
  kind: ThrottleBudgetKind,
  { sourceAddress }: OperationContext,
): readonly Budgeted[] {
  return sourceAddress === undefined ? [] : [budgetOf(kind, normalizeSource(sourceAddress))];
}
