const BAR_CELLS = 30;
const PLAIN_STEPS = 4;

/** Where progress is shown: a terminal, or a file that keeps every line. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A bar that fills on a terminal, and a line now and then elsewhere. */
export class Progress {
  readonly #output: ProgressOutput;
  #title = '';
  #shownStep = 0;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  begin(title: string): void {
    this.#title = title;
    this.#shownStep = 0;
    this.advance(0, 1);
  }

  advance(done: number, of: number): void {
    if (this.#output.isTTY === true) {
      const filled = Math.round((done / of) * BAR_CELLS);
      const bar = `${'#'.repeat(filled)}${'.'.repeat(BAR_CELLS - filled)}`;
      this.#output.write(`\r${bar} ${this.#title} ${done}/${of}\u001b[K`);
      return;
    }
    const step = Math.floor((done / of) * PLAIN_STEPS);
    if (done === 0 || step > this.#shownStep) {
      this.#shownStep = step;
      this.#output.write(`${this.#title}: ${Math.round((done / of) * 100)} %\n`);
    }
  }

  /** Leaves the line to what comes next. */
  end(): void {
    if (this.#output.isTTY === true) {
      this.#output.write('\r\u001b[K');
    }
  }
}
