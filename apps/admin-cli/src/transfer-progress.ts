import type { Output } from './output.ts';

const BAR_WIDTH = 20;

/** One line on a terminal, written over again and again. */
export class TransferProgress {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  show(text: string): void {
    this.#write(`\r${text}\u001b[K`);
  }

  clear(): void {
    this.#write('\r\u001b[K');
  }

  /** In a line of its own, terminal or not. */
  say(text: string): void {
    this.clear();
    this.#output.writeError(`${text}\n`);
  }

  #write(text: string): void {
    if (this.#output.isTerminal) {
      this.#output.writeError(text);
    }
  }
}

export function percentOf(part: number, whole: number): string {
  const share = whole === 0 ? 1 : Math.min(part / whole, 1);
  const bar = '#'.repeat(Math.floor(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '.');
  return `[${bar}] ${Math.floor(share * 100)} %`;
}
