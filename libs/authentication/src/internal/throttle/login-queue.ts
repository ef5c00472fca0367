interface Line {
  readonly last: Promise<unknown>;
  /** How many are running or waiting. */
  readonly size: number;
}

/** Queues this process's login attempts: one at a time per key. */
export class LoginQueue {
  readonly #capacity: number;
  readonly #lines = new Map<string, Line>();

  /** @param capacity how many attempts per key may be running or waiting */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  isEmpty(key: string): boolean {
    return !this.#lines.has(key);
  }

  isFull(key: string): boolean {
    return this.#sizeOf(key) >= this.#capacity;
  }

  async inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const { last = Promise.resolve() } = this.#lines.get(key) ?? {};
    const turn = last.then(work, work);
    this.#lines.set(key, { last: turn, size: this.#sizeOf(key) + 1 });
    try {
      return await turn;
    } finally {
      this.#leave(key);
    }
  }

  #leave(key: string): void {
    const left = this.#lines.get(key);
    if (left === undefined || left.size === 1) {
      this.#lines.delete(key);
    } else {
      this.#lines.set(key, { ...left, size: left.size - 1 });
    }
  }

  #sizeOf(key: string): number {
    return this.#lines.get(key)?.size ?? 0;
  }
}
