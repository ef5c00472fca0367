import { systemClock, type Clock } from '../clock.ts';

export interface DatabaseClockOptions {
  /** Default: the machine's clock. */
  readonly machine?: Clock | undefined;
  /** Called when the machine's clock gets more than 5 s off, once until it recovers. */
  readonly onSkew?: ((offsetMilliseconds: number) => void) | undefined;
  /**
   * Called when the machine's clock was set, or the machine stood still, by more than 1 s: to measure
   * the time. Not again before that has ended, but again if it failed.
   */
  readonly onStep?: (() => void) | undefined;
}

/** What the clocks said at the last measurement, in milliseconds. */
interface Anchor {
  readonly monotonic: number;
  readonly machine: number;
  /** The database's time then. */
  readonly time: number;
}

const LARGE_SKEW_MILLISECONDS = 5_000;
const SMALLEST_STEP_MILLISECONDS = 1_000;
/** A slower answer says too little about when it was given, unless nothing better is known. */
const SLOWEST_ANSWER_MILLISECONDS = 2_000;

/**
 * The database's time, which goes on from the last measurement as durations do: setting the machine's
 * clock does not change it. Times that several machines store and compare all come from this one
 * clock. Before the first measurement it is the machine's.
 */
export class DatabaseClock implements Clock {
  readonly #machine: Clock;
  readonly #onSkew: (offsetMilliseconds: number) => void;
  readonly #onStep: () => void;
  #anchor: Anchor | undefined;
  #hasStepped = false;
  #isSkewed = false;

  constructor(options: DatabaseClockOptions = {}) {
    const { machine = systemClock, onSkew = () => undefined, onStep = () => undefined } = options;
    this.#machine = machine;
    this.#onSkew = onSkew;
    this.#onStep = onStep;
  }

  now(): Date {
    const { machine, time } = this.#read();
    const anchor = this.#anchor ?? { machine, time };
    const step = machine - anchor.machine - (time - anchor.time);
    if (Math.abs(step) > SMALLEST_STEP_MILLISECONDS && !this.#hasStepped) {
      this.#hasStepped = true;
      this.#onStep();
    }
    return new Date(time);
  }

  /** How far it is ahead of the machine's. */
  get offsetMilliseconds(): number {
    const { machine, time } = this.#read();
    return Math.round(time - machine);
  }

  monotonicMilliseconds(): number {
    return this.#machine.monotonicMilliseconds();
  }

  /**
   * Measures the time, assuming that the server read its clock halfway between question and answer.
   * Differences within that margin of error are ignored, so that the time does not jump back and
   * forth; so are answers that have no time, or are late where an earlier one still counts.
   */
  async measure<Answer extends { readonly localTime?: unknown }>(
    ask: () => Promise<Answer>,
  ): Promise<Answer> {
    const askedAt = this.#machine.monotonicMilliseconds();
    try {
      const answer = await ask();
      const elapsed = this.#machine.monotonicMilliseconds() - askedAt;
      const isInDoubt = this.#anchor === undefined || this.#hasStepped;
      if (
        answer.localTime instanceof Date &&
        (isInDoubt || elapsed <= SLOWEST_ANSWER_MILLISECONDS)
      ) {
        this.#adjust(answer.localTime.getTime() + elapsed / 2, elapsed / 2 + 1);
      }
      return answer;
    } finally {
      this.#hasStepped = false;
    }
  }

  #adjust(measured: number, error: number): void {
    const read = this.#read();
    this.#set({ ...read, time: Math.abs(measured - read.time) > error ? measured : read.time });
  }

  #read(): Anchor {
    const monotonic = this.#machine.monotonicMilliseconds();
    const machine = this.#machine.now().getTime();
    const anchor = this.#anchor;
    const time = anchor === undefined ? machine : anchor.time + monotonic - anchor.monotonic;
    return { monotonic, machine, time };
  }

  #set(anchor: Anchor): void {
    this.#anchor = anchor;
    const offset = Math.round(anchor.time - anchor.machine);
    const wasSkewed = this.#isSkewed;
    this.#isSkewed = Math.abs(offset) > LARGE_SKEW_MILLISECONDS;
    if (this.#isSkewed && !wasSkewed) {
      this.#onSkew(offset);
    }
  }
}
