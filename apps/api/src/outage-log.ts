import { ServiceUnavailableError, type Clock } from '@org/core';
import { HandlerTimeoutError } from '@org/core/rest-api';
import { isUnavailable } from '@org/core/store';

const MINUTE = 60_000;
/** An outage that has been silent for longer is over. */
const LONGEST_SILENCE = 2 * MINUTE;
const MONGODB = 'MongoDB still does not answer';

/** What happens to a line about an error: it is written, dropped, or summed up in another. */
export type Verdict = 'whole' | 'nothing' | Summary;

export interface Summary {
  readonly message: string;
  /** Errors since the outage began. */
  readonly failures: number;
}

interface Outage {
  failures: number;
  lastLineAt: number;
  lastFailureAt: number;
}

/**
 * Keeps an outage from flooding the log, wherever it is noticed: its first error is logged in full,
 * then one line a minute gives their number. MongoDB's outage gets another line when it is over.
 * Any other reason to refuse requests, such as a slow start, is an outage of its own.
 */
export class OutageLog {
  readonly #clock: Clock;
  readonly #outages = new Map<string, Outage>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param error to be logged */
  judge(error: unknown): Verdict {
    const message = outageOf(error);
    if (message === undefined) {
      return 'whole';
    }
    const now = this.#clock.monotonicMilliseconds();
    this.#forgetSilent(now);
    const outage = this.#outages.get(message);
    if (outage === undefined) {
      this.#outages.set(message, { failures: 1, lastLineAt: now, lastFailureAt: now });
      return 'whole';
    }
    outage.failures += 1;
    outage.lastFailureAt = now;
    if (now - outage.lastLineAt < MINUTE) {
      return 'nothing';
    }
    outage.lastLineAt = now;
    return { message, failures: outage.failures };
  }

  /**
   * MongoDB responds again.
   *
   * @returns how many errors there were; 0 if there was no outage
   */
  end(): number {
    const failures = this.#outages.get(MONGODB)?.failures ?? 0;
    this.#outages.delete(MONGODB);
    return failures;
  }

  #forgetSilent(now: number): void {
    for (const [message, { lastFailureAt }] of this.#outages) {
      if (now - lastFailureAt > LONGEST_SILENCE) {
        this.#outages.delete(message);
      }
    }
  }
}

/** Its description in a summary; undefined if it is not an outage. */
function outageOf(error: unknown): string | undefined {
  if (hasUnavailableRoot(error)) {
    return MONGODB;
  }
  return error instanceof ServiceUnavailableError
    ? `requests are still refused: ${error.message}`
    : undefined;
}

/** Whether the root cause is that MongoDB is down. A hanging handler is waiting for MongoDB. */
function hasUnavailableRoot(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return false;
  }
  const causes = error instanceof AggregateError ? error.errors : [error.cause];
  return (
    isUnavailable(error) || error instanceof HandlerTimeoutError || causes.some(hasUnavailableRoot)
  );
}
