/** Whether the process can serve: from the end of its start until it begins to stop. */
export class Readiness {
  #state: 'starting' | 'ready' | 'stopping' = 'starting';

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  /** Everything has started, unless the process is stopping already. */
  announce(): void {
    if (this.#state === 'starting') {
      this.#state = 'ready';
    }
  }

  /** The process is to end: no new work, from now on. */
  withdraw(): void {
    this.#state = 'stopping';
  }
}
