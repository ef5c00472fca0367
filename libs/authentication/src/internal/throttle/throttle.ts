import {
  TooManyRequestsError,
  type AuditTrail,
  type Clock,
  type OperationContext,
} from '@org/core';

import type { LoginAllowance, ThrottleBudgetKind, ThrottleBudgets } from '../../types.ts';
import { describeExcess } from '../security-event-util.ts';
import type { Counters } from './counters.ts';
import { findWait } from './throttle-policy.ts';
import { normalizeSource, toCounterKey } from './throttle-util.ts';

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

/** A try to log in: whose failures in a row pause it, and which budgets a failure uses up. */
export interface LoginTry {
  readonly failureKey: string;
  readonly budgeted: readonly Budgeted[];
}

/** Refuses what is tried too often, and records that. */
export class Throttle {
  readonly #dependencies: ThrottleDependencies;

  constructor(dependencies: ThrottleDependencies) {
    this.#dependencies = dependencies;
  }

  /** Asks for all of them in one read, and counts nothing. */
  async assertWithin(budgeted: readonly Budgeted[], context: OperationContext): Promise<void> {
    await this.#look(budgeted, undefined, context);
  }

  /** Counts one for each of them, up to the first that is used up. */
  async consume(budgeted: readonly Budgeted[], context: OperationContext): Promise<void> {
    const { isEnabled, counters, budgets } = this.#dependencies;
    for (const { kind, key } of isEnabled ? budgeted : []) {
      const wait = await counters.countHit(key, budgets[kind], context);
      await this.#refuseFor(wait, context);
    }
  }

  async assertTryAllowed(
    { failureKey, budgeted }: LoginTry,
    context: OperationContext,
  ): Promise<LoginAllowance> {
    return this.#look(budgeted, failureKey, context);
  }

  async recordFailure(
    { failureKey, budgeted }: LoginTry,
    context: OperationContext,
  ): Promise<void> {
    const { isEnabled, counters } = this.#dependencies;
    if (isEnabled) {
      await Promise.all([
        counters.countFailure(failureKey, context),
        this.countFailures(budgeted, context),
      ]);
    }
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

  async forgetFailures(failureKey: string, context: OperationContext): Promise<void> {
    if (this.#dependencies.isEnabled) {
      await this.#dependencies.counters.delete(failureKey, context);
    }
  }

  async #look(
    budgeted: readonly Budgeted[],
    failureKey: string | undefined,
    context: OperationContext,
  ): Promise<LoginAllowance> {
    const { isEnabled, counters, clock, budgets } = this.#dependencies;
    if (!isEnabled) {
      return { hasFailures: false };
    }
    const keys = budgeted.map(({ key }) => key);
    const found = await counters.get(failureKey ? [...keys, failureKey] : keys, context);
    const now = clock.now();
    const waits = budgeted.map(({ kind, key }) => {
      const hits = found.find((counter) => counter.key === key)?.hits ?? [];
      return findWait(hits, budgets[kind], now);
    });
    const failures = found.find(({ key }) => key === failureKey);
    const pause = (failures?.blockedUntil?.getTime() ?? 0) - now.getTime();
    await this.#refuseFor(Math.max(0, pause, ...waits), context);
    return { hasFailures: failures !== undefined };
  }

  async #refuseFor(waitMilliseconds: number, context: OperationContext): Promise<void> {
    if (waitMilliseconds > 0) {
      const source = context.sourceAddress ?? '';
      await this.#dependencies.audit.recordFromSource(describeExcess(), source, context);
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
