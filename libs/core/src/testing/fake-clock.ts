import type { Clock } from '../clock.ts';

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #milliseconds: number;

  /** @param start initial time; default 2026-01-01T00:00:00Z */
  constructor(start: Date = new Date('2026-01-01T00:00:00.000Z')) {
    this.#milliseconds = start.getTime();
  }

  now(): Date {
    return new Date(this.#milliseconds);
  }

  monotonicMilliseconds(): number {
    return this.#milliseconds;
  }

  advance(milliseconds: number): void {
    this.#milliseconds += milliseconds;
  }
}
