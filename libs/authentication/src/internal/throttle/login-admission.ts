import { randomUUID } from 'node:crypto';

import type { Clock, OperationContext } from '@org/core';

import type { LoginAttempt } from '../../types.ts';
import { LoginQueue } from './login-queue.ts';
import type { ThrottleCounterReader } from './throttle-counter-reader.ts';
import type { Settlement, ThrottleCounterWriter } from './throttle-counter-writer.ts';
import {
  isBudgetSlot,
  PATIENCE,
  type BudgetSlot,
  type FailureSlot,
  type Reservation,
} from './throttle-policy.ts';

/** Whose failures in a row pause a login, and which budgets a failure uses up. */
export interface LoginSlots {
  readonly failures: FailureSlot;
  readonly budgets: readonly BudgetSlot[];
}

/** An attempt that may go on, or how long it is refused for, in milliseconds. */
export type LoginAdmissionResult =
  { readonly attempt: LoginAttempt } | { readonly refusedFor: number };

/**
 * Admits attempts to log in. Each is counted as under way before anybody evaluates it, so that no
 * crowd of parallel ones is evaluated more often than one after the other would be.
 */
export class LoginAdmission {
  readonly #clock: Clock;
  readonly #reader: ThrottleCounterReader;
  readonly #writer: ThrottleCounterWriter;
  readonly #wait: (milliseconds: number) => Promise<unknown>;
  readonly #queue = new LoginQueue(PATIENCE.maximumQueued);
  /** Reads under way of which sources of a name are known. */
  readonly #lookups = new Map<string, Promise<ReadonlySet<string>>>();

  /** @param wait lets this many milliseconds pass */
  constructor(
    clock: Clock,
    reader: ThrottleCounterReader,
    writer: ThrottleCounterWriter,
    wait: (milliseconds: number) => Promise<unknown>,
  ) {
    this.#clock = clock;
    this.#reader = reader;
    this.#writer = writer;
    this.#wait = wait;
  }

  /** Refused when failures, or others that stay under way, leave no room. */
  async admit(slots: LoginSlots, context: OperationContext): Promise<LoginAdmissionResult> {
    const deadline = this.#clock.monotonicMilliseconds() + PATIENCE.milliseconds;
    const { key } = slots.failures;
    const queueKey = this.#queue.isEmpty(key)
      ? key
      : await this.#chooseQueue(slots.failures, context);
    if (this.#queue.isFull(queueKey)) {
      return { refusedFor: PATIENCE.milliseconds };
    }
    return this.#queue.inTurn(queueKey, () => this.#reserveBefore(deadline, slots, context));
  }

  /** A known source waits for attempts of its own only, all others of the name for each other. */
  async #chooseQueue({ key, source }: FailureSlot, context: OperationContext): Promise<string> {
    const known = await this.#findKnownSources(key, context);
    return source !== undefined && known.has(source) ? `${key} ${source}` : key;
  }

  /** One read serves all who ask meanwhile: they may be many. */
  #findKnownSources(key: string, context: OperationContext): Promise<ReadonlySet<string>> {
    const running = this.#lookups.get(key);
    if (running !== undefined) {
      return running;
    }
    const lookup = this.#reader
      .findKnownSources(key, context)
      .finally(() => this.#lookups.delete(key));
    this.#lookups.set(key, lookup);
    return lookup;
  }

  /** Waits for others under way where only those leave no room, until the deadline. */
  async #reserveBefore(
    deadline: number,
    slots: LoginSlots,
    context: OperationContext,
  ): Promise<LoginAdmissionResult> {
    for (;;) {
      const reservations = await this.#reserve(slots, context);
      const refusals = reservations.filter(({ isAllowed }) => !isAllowed);
      if (refusals.length === 0) {
        return { attempt: this.#attemptOf(reservations, context) };
      }
      await this.#settle(reservations, { outcome: 'abandoned' }, context);
      const pause = Math.max(...refusals.map((refusal) => refusal.pause));
      if (pause > 0) {
        return { refusedFor: pause };
      }
      if (this.#clock.monotonicMilliseconds() >= deadline) {
        return { refusedFor: Math.max(...refusals.map((refusal) => refusal.pendingFor)) };
      }
      await this.#wait(PATIENCE.between);
    }
  }

  #reserve(
    { failures, budgets }: LoginSlots,
    context: OperationContext,
  ): Promise<readonly Reservation[]> {
    const id = randomUUID();
    const slots = [failures, ...budgets];
    return Promise.all(slots.map((slot) => this.#writer.reserve(slot, id, context)));
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
    settlement: Settlement,
    context: OperationContext,
  ): Promise<void> {
    const made = reservations.filter(({ isAllowed }) => isAllowed);
    await Promise.all(made.map((one) => this.#writer.settle(one, settlement, context)));
  }
}
