const BAR_CELLS = 30;
const PLAIN_STEPS = 4;

export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A bar that fills on a terminal, and a line now and then elsewhere. */
export class Progress {
  readonly #output: ProgressOutput;
  #title = '';
  #shownStep = -1;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  begin(title: string): void {
    this.#title = title;
    this.#shownStep = -1;
    this.advance(0, 1);
  }

  advance(done: number, of: number): void {
    const part = done / of;
    if (this.#output.isTTY === true) {
      const bar = '#'.repeat(Math.round(part * BAR_CELLS)).padEnd(BAR_CELLS, '.');
      this.#output.write(`\r${bar} ${this.#title} ${done}/${of}\u001b[K`);
    } else if (Math.floor(part * PLAIN_STEPS) > this.#shownStep) {
      this.#shownStep = Math.floor(part * PLAIN_STEPS);
      this.#output.write(`${this.#title}: ${Math.round(part * 100)} %\n`);
    }
  }

  /** Leaves the line to what comes next. */
  end(): void {
    if (this.#output.isTTY === true) {
      this.#output.write('\r\u001b[K');
    }
  }
}
