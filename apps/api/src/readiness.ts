/** Whether the process can serve: from the end of its start, and in demand until it begins to stop. */
export class Readiness {
  #hasStarted = false;
  #isStopping = false;

  /** Every index exists; the API serves. It does so until its server closes. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** Whether new work is to come here. */
  get isReady(): boolean {
    return this.#hasStarted && !this.#isStopping;
  }

  /** Everything has started, unless the process is stopping already. */
  announce(): void {
    if (!this.#isStopping) {
      this.#hasStarted = true;
    }
  }

  /** The process is to end: no new work, from now on. */
  withdraw(): void {
    this.#isStopping = true;
  }
}
