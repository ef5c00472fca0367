import { systemClock, type Clock } from '../clock.ts';

export interface DatabaseClockOptions {
  /** Default: the machine's clock. */
  readonly machine?: Clock | undefined;
  /** Told once when the machine's clock is more than 5 s off, and again after it was right. */
  readonly onSkew?: ((offsetMilliseconds: number) => void) | undefined;
}

const LARGE_SKEW_MILLISECONDS = 5_000;
/** An answer that took longer says too little about when it was given. */
const SLOWEST_ANSWER_MILLISECONDS = 2_000;

/**
 * The time of the database, as far as the machine's clock and the last measurement tell: what several
 * machines store and compare is all written by this one clock. Durations are the machine's.
 */
export class DatabaseClock implements Clock {
  readonly #machine: Clock;
  readonly #onSkew: (offsetMilliseconds: number) => void;
  #offset = 0;
  #isSkewed = false;

  constructor({ machine = systemClock, onSkew = () => undefined }: DatabaseClockOptions = {}) {
    this.#machine = machine;
    this.#onSkew = onSkew;
  }

  now(): Date {
    return new Date(this.#machine.now().getTime() + this.#offset);
  }

  /** What is added to the machine's time. */
  get offsetMilliseconds(): number {
    return this.#offset;
  }

  monotonicMilliseconds(): number {
    return this.#machine.monotonicMilliseconds();
  }

  /**
   * Measures how far the machine's clock is off: the server's time is taken for that of the middle
   * between question and answer. What is within that error changes nothing, so that the time does not
   * jump to and fro; neither does an answer that came late or without a time.
   */
  async measure<Answer extends { readonly localTime?: unknown }>(
    ask: () => Promise<Answer>,
  ): Promise<Answer> {
    const askedAt = this.#machine.now().getTime();
    const started = this.#machine.monotonicMilliseconds();
    const answer = await ask();
    const elapsed = this.#machine.monotonicMilliseconds() - started;
    if (answer.localTime instanceof Date && elapsed <= SLOWEST_ANSWER_MILLISECONDS) {
      const error = elapsed / 2 + 1;
      const offset = Math.round(answer.localTime.getTime() - askedAt - elapsed / 2);
      if (Math.abs(offset - this.#offset) > error) {
        this.#set(offset);
      }
    }
    return answer;
  }

  #set(offset: number): void {
    this.#offset = offset;
    const wasSkewed = this.#isSkewed;
    this.#isSkewed = Math.abs(offset) > LARGE_SKEW_MILLISECONDS;
    if (this.#isSkewed && !wasSkewed) {
      this.#onSkew(offset);
    }
  }
}
