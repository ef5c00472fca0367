import { randomUUID } from 'node:crypto';

import type { Clock, OperationContext } from '@org/core';

import type { LoginAttempt } from '../../types.ts';
import { LoginQueue } from './login-queue.ts';
import type { Settlement } from './reservation-pipeline.ts';
import type { ThrottleCounterReader } from './throttle-counter-reader.ts';
import type { ThrottleCounterWriter } from './throttle-counter-writer.ts';
import {
  isBudgetSlot,
  PATIENCE,
  type BudgetSlot,
  type FailureSlot,
  type Reservation,
} from './throttle-policy.ts';

/** The counter of consecutive failures, and the budgets that a failure uses up. */
export interface LoginSlots {
  readonly failures: FailureSlot;
  readonly budgets: readonly BudgetSlot[];
}

/** An attempt that may proceed, or how long it is refused for, in milliseconds. */
export type LoginAdmissionResult =
  { readonly attempt: LoginAttempt } | { readonly refusedFor: number };

/** Reserves login attempts before they are evaluated, so that parallel ones gain nothing. */
export class LoginAdmission {
  readonly #clock: Clock;
  readonly #reader: ThrottleCounterReader;
  readonly #writer: ThrottleCounterWriter;
  readonly #wait: (milliseconds: number) => Promise<unknown>;
  readonly #queue = new LoginQueue(PATIENCE.maximumQueued);
  /** Reads in progress of a name's known sources. */
  readonly #lookups = new Map<string, Promise<ReadonlySet<string>>>();

  /** @param wait waits this many milliseconds */
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

  /** Refuses if failures, or other attempts that stay in progress, leave no room. */
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

  /** A known source waits only for its own attempts; all others wait for each other. */
  async #chooseQueue({ key, source }: FailureSlot, context: OperationContext): Promise<string> {
    const known = await this.#findKnownSources(key, context);
    return source !== undefined && known.has(source) ? `${key} ${source}` : key;
  }

  /** One read serves everyone who asks meanwhile: they may be many. */
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

  /** If only attempts in progress leave no room, waits for them, until the deadline. */
  async #reserveBefore(
    deadline: number,
    slots: LoginSlots,
    context: OperationContext,
  ): Promise<LoginAdmissionResult> {
    for (;;) {
      const id = randomUUID();
      const reservations = await Promise.all(
        [slots.failures, ...slots.budgets].map((slot) => this.#writer.reserve(slot, id, context)),
      );
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
