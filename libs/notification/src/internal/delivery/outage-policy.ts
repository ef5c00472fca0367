import type { Clock } from '@org/core';

import type { DeliveryOutcome } from './delivery-outcome.ts';

/** This many failures in a row, of whichever deliveries, are the provider's fault. */
const FAILURES_UNTIL_SLOW = 10;
const PAUSE_MILLISECONDS = 1_000;

/**
 * Slows down a channel whose provider fails whatever it is given: one delivery at a time, a second
 * after the last failure, until one gets through. So an outage costs neither the machine much nor the
 * deliveries their attempts, and what piled up goes out when it is over.
 */
export class OutagePolicy {
  readonly #clock: Clock;
  #failures = 0;
  #failedAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes note of how an attempt ended. What never reached the provider says nothing about it. */
  observe(outcome: DeliveryOutcome): void {
    if (outcome.kind === 'sent') {
      this.#failures = 0;
    } else if (outcome.kind === 'failed' && outcome.byProvider) {
      this.#failures = outcome.retryable ? this.#failures + 1 : 0;
      this.#failedAt = this.#clock.monotonicMilliseconds();
    }
  }

  /** Whether another attempt may begin beside those in flight. */
  allows(inFlight: number): boolean {
    return (
      this.#failures < FAILURES_UNTIL_SLOW ||
      (inFlight === 0 && this.#clock.monotonicMilliseconds() - this.#failedAt >= PAUSE_MILLISECONDS)
    );
  }
}
