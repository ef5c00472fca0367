/** Something that was opened and must be closed before the process ends. */
interface Opened {
  readonly name: string;
  readonly close: () => Promise<void>;
  readonly abandon: () => void;
}

/** What the process has opened, closed in reverse order. */
export class Lifecycle {
  readonly #opened: Opened[] = [];
  readonly #report: (line: string) => void;
  #isClosing = false;

  constructor(report: (line: string) => void) {
    this.#report = report;
  }

  /** Whether closing has begun; what is still starting should stop. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /**
   * Registers what to close.
   *
   * @param abandon what to do instead when the process may not wait; default nothing
   */
  add(name: string, close: () => Promise<void>, abandon: () => void = () => undefined): void {
    this.#opened.push({ name, close, abandon });
  }

  /**
   * Closes everything that is open now, the latest first. What fails to close is reported and does
   * not keep the rest open. Call it again when something may have been opened meanwhile.
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (let opened = this.#opened.pop(); opened !== undefined; opened = this.#opened.pop()) {
      try {
        await opened.close();
      } catch (error) {
        this.#report(`Closing ${opened.name} failed: ${String(error)}`);
      }
    }
  }

  /** For a process that ends at once: tells what would outlive it to end as well. */
  abandon(): void {
    for (const { abandon } of this.#opened.toReversed()) {
      abandon();
    }
  }
}
