import type { Clock } from '@org/core';

import type { DeliveryOutcome } from './delivery-outcome-util.ts';

/** So many failures in a row, of whichever messages, are the provider's and not a message's. */
const FAILURES_UNTIL_SLOW = 10;
const PAUSE_MILLISECONDS = 1_000;

/**
 * Slows a lane down whose provider fails whatever it is given: one message at a time, a second after
 * the last failure, until one gets through. So an outage costs neither the machine nor the messages
 * their attempts, and what piled up goes out when it is over.
 */
export class OutagePolicy {
  readonly #clock: Clock;
  #failures = 0;
  #failedAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes note of how an attempt ended. What never came to the provider tells nothing of it. */
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
