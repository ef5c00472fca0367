import { randomUUID } from 'node:crypto';

import type { AuditEvent, Clock, OperationContext } from '@org/core';

import type { LoginAttempt } from '../../types.ts';
import type { Counters } from './counters.ts';
import { LoginLanes } from './login-lanes.ts';
import {
  isBudgetSlot,
  PATIENCE,
  type BudgetSlot,
  type FailureSlot,
  type Reservation,
} from './throttle-policy.ts';
import type { Throttle } from './throttle.ts';

export interface LoginTriesDependencies {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly throttle: Throttle;
  readonly isEnabled: boolean;
  /** Lets this many milliseconds pass. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** A try to log in: whose failures in a row pause it, and which budgets a failure uses up. */
export interface LoginTry {
  readonly failures: FailureSlot;
  readonly budgets: readonly BudgetSlot[];
  /** What a refusal is recorded to be about. */
  readonly about: Partial<AuditEvent>;
}

/**
 * Tries to log in. Each is counted as under way before anybody evaluates it, so that no crowd of
 * parallel ones is evaluated more often than one after the other would be.
 */
export class LoginTries {
  readonly #dependencies: LoginTriesDependencies;
  readonly #lanes = new LoginLanes(PATIENCE.maximumInLane);
  /** Looks under way at which sources of a name are known. */
  readonly #looks = new Map<string, Promise<ReadonlySet<string>>>();

  constructor(dependencies: LoginTriesDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws TooManyRequestsError when failures, or others that stay under way, leave no room */
  async begin(loginTry: LoginTry, context: OperationContext): Promise<LoginAttempt> {
    const { clock, throttle, isEnabled } = this.#dependencies;
    if (!isEnabled) {
      return UNLIMITED;
    }
    const deadline = clock.monotonicMilliseconds() + PATIENCE.milliseconds;
    const { key } = loginTry.failures;
    const lane = this.#lanes.isFree(key) ? key : await this.#chooseLane(loginTry.failures, context);
    if (this.#lanes.isFull(lane)) {
      await throttle.refuseFor(PATIENCE.milliseconds, loginTry.about, context);
    }
    const reservations = await this.#lanes.inTurn(lane, () =>
      this.#reserveBefore(deadline, loginTry, context),
    );
    return this.#attemptOf(reservations, context);
  }

  /** A known source waits for tries of its own only, and all others of the name for each other. */
  async #chooseLane({ key, source }: FailureSlot, context: OperationContext): Promise<string> {
    const known = await this.#findKnownSources(key, context);
    return source !== undefined && known.has(source) ? `${key} ${source}` : key;
  }

  /** One look serves all who ask meanwhile: they may be many. */
  #findKnownSources(key: string, context: OperationContext): Promise<ReadonlySet<string>> {
    const running = this.#looks.get(key);
    if (running !== undefined) {
      return running;
    }
    const look = this.#dependencies.counters
      .findKnownSources(key, context)
      .finally(() => this.#looks.delete(key));
    this.#looks.set(key, look);
    return look;
  }

  async #reserveBefore(
    deadline: number,
    loginTry: LoginTry,
    context: OperationContext,
  ): Promise<readonly Reservation[]> {
    const { clock, throttle, wait } = this.#dependencies;
    for (;;) {
      const reservations = await this.#reserve(loginTry, context);
      const refusals = reservations.filter(({ isAllowed }) => !isAllowed);
      if (refusals.length === 0) {
        return reservations;
      }
      await this.#settle(reservations, { outcome: 'abandoned' }, context);
      const pause = Math.max(...refusals.map((refusal) => refusal.pause));
      await throttle.refuseFor(pause, loginTry.about, context);
      if (clock.monotonicMilliseconds() >= deadline) {
        const pendingFor = Math.max(...refusals.map((refusal) => refusal.pendingFor));
        await throttle.refuseFor(pendingFor, loginTry.about, context);
      }
      await wait(PATIENCE.between);
    }
  }

  #reserve(
    { failures, budgets }: LoginTry,
    context: OperationContext,
  ): Promise<readonly Reservation[]> {
    const id = randomUUID();
    const { counters } = this.#dependencies;
    const slots = [failures, ...budgets];
    return Promise.all(slots.map((slot) => counters.reserve(slot, id, context)));
  }

  #attemptOf(reservations: readonly Reservation[], context: OperationContext): LoginAttempt {
    const ofName = reservations.find(({ slot }) => !isBudgetSlot(slot));
    return {
      isFromStranger: ofName?.hasKnownSources === true && !ofName.isKnownSource,
      fail: () => this.#settle(reservations, { outcome: 'failed' }, context),
      abandon: () => this.#settle(reservations, { outcome: 'abandoned' }, context),
      succeed: ({ accountId, isLogin = true } = {}) =>
        this.#settle(reservations, { outcome: 'succeeded', accountId, isLogin }, context),
    };
  }

  async #settle(
    reservations: readonly Reservation[],
    settlement: Parameters<Counters['settle']>[1],
    context: OperationContext,
  ): Promise<void> {
    const { counters } = this.#dependencies;
    const made = reservations.filter(({ isAllowed }) => isAllowed);
    await Promise.all(made.map((one) => counters.settle(one, settlement, context)));
  }
}

/** Where nothing is limited. */
const UNLIMITED: LoginAttempt = {
  isFromStranger: false,
  fail: async () => undefined,
  abandon: async () => undefined,
  succeed: async () => undefined,
};
