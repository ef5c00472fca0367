interface Lane {
  readonly last: Promise<unknown>;
  /** How many have their turn or wait for it. */
  readonly size: number;
}

/** Where tries of this process queue, so that a crowd is no load: in each lane one has its turn. */
export class LoginLanes {
  readonly #capacity: number;
  readonly #lanes = new Map<string, Lane>();

  /** @param capacity how many may have their turn or wait for it in one lane */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  isFree(lane: string): boolean {
    return !this.#lanes.has(lane);
  }

  isFull(lane: string): boolean {
    return this.#sizeOf(lane) >= this.#capacity;
  }

  async inTurn<Result>(lane: string, work: () => Promise<Result>): Promise<Result> {
    const { last = Promise.resolve() } = this.#lanes.get(lane) ?? {};
    const turn = last.then(work, work);
    this.#lanes.set(lane, { last: turn, size: this.#sizeOf(lane) + 1 });
    try {
      return await turn;
    } finally {
      this.#leave(lane);
    }
  }

  #leave(lane: string): void {
    const left = this.#lanes.get(lane);
    if (left === undefined || left.size === 1) {
      this.#lanes.delete(lane);
    } else {
      this.#lanes.set(lane, { ...left, size: left.size - 1 });
    }
  }

  #sizeOf(lane: string): number {
    return this.#lanes.get(lane)?.size ?? 0;
  }
}
