import { systemClock, type Clock } from '../clock.ts';

export interface DatabaseClockOptions {
  /** Default: the machine's clock. */
  readonly machine?: Clock | undefined;
  /** Called when the machine's clock gets more than 5 s off, once until it recovers. */
  readonly onSkew?: ((offsetMilliseconds: number) => void) | undefined;
}

const LARGE_SKEW_MILLISECONDS = 5_000;
/** A slower answer says too little about when it was given. */
const SLOWEST_ANSWER_MILLISECONDS = 2_000;

/**
 * The database's time, estimated from the machine's clock and the last measurement: times that
 * several machines store and compare all come from this one clock. Durations come from the machine.
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

  /** Added to the machine's time. */
  get offsetMilliseconds(): number {
    return this.#offset;
  }

  monotonicMilliseconds(): number {
    return this.#machine.monotonicMilliseconds();
  }

  /**
   * Measures how far off the machine's clock is, assuming that the server read its clock halfway
   * between question and answer. Offsets within that margin of error are ignored, so that the time
   * does not jump back and forth; so are answers that are late or have no time.
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
