import type { Report } from './report.ts';

/** Something opened that must be closed before the process ends. */
interface Opened {
  readonly name: string;
  readonly close: () => Promise<void>;
  readonly abandon: () => void;
}

/** What the process has opened, closed in reverse order. */
export class Lifecycle {
  readonly #opened: Opened[] = [];
  readonly #report: Report;
  #isClosing = false;

  constructor(report: Report) {
    this.#report = report;
  }

  /** Whether closing has begun; anything still starting should stop. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /**
   * Registers what to close.
   *
   * @param abandon what to do instead if the process cannot wait; default nothing
   */
  add(name: string, close: () => Promise<void>, abandon: () => void = () => undefined): void {
    this.#opened.push({ name, close, abandon });
  }

  /**
   * Closes everything that is open, in reverse order. A failure is reported and does not keep the
   * rest open. Call it again if something may have been opened meanwhile.
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (let opened = this.#opened.pop(); opened !== undefined; opened = this.#opened.pop()) {
      try {
        await opened.close();
      } catch (error) {
        this.#report(`Closing ${opened.name} failed: ${String(error)}`, 'error');
      }
    }
  }

  /** For a process that exits immediately: tells anything that would outlive it to exit as well. */
  abandon(): void {
    for (const { abandon } of this.#opened.toReversed()) {
      abandon();
    }
  }
}
