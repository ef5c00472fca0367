import type { Clock } from '@org/core';

import type { DeliveryOutcome } from './delivery-outcome.ts';

/** This many consecutive failures, of any deliveries, are the provider's fault. */
const FAILURES_UNTIL_SLOW = 10;
const PAUSE_MILLISECONDS = 1_000;

/**
 * Slows down a channel whose provider keeps failing: one delivery at a time, a second after the
 * last failure, until one gets through. So an outage costs the machine little and does not use up
 * the deliveries' attempts, and the backlog goes out when it is over.
 */
export class OutagePolicy {
  readonly #clock: Clock;
  #failures = 0;
  #failedAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Records how an attempt ended. One that never reached the provider does not count. */
  observe(outcome: DeliveryOutcome): void {
    if (outcome.kind === 'sent') {
      this.#failures = 0;
    } else if (outcome.kind === 'failed' && outcome.byProvider) {
      this.#failures = outcome.retryable ? this.#failures + 1 : 0;
      this.#failedAt = this.#clock.monotonicMilliseconds();
    }
  }

  /** Whether another attempt may start besides those in flight. */
  allows(inFlight: number): boolean {
    return (
      this.#failures < FAILURES_UNTIL_SLOW ||
      (inFlight === 0 && this.#clock.monotonicMilliseconds() - this.#failedAt >= PAUSE_MILLISECONDS)
    );
  }
}
