/** Whether the process can serve requests and should get new ones. */
export class Readiness {
  #hasStarted = false;
  #isStopping = false;

  /** True once every index exists; the API then serves until its server closes. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** True once started, until shutdown begins. */
  get isReady(): boolean {
    return this.#hasStarted && !this.#isStopping;
  }

  /** Marks the process as started, unless it is already stopping. */
  announce(): void {
    if (!this.#isStopping) {
      this.#hasStarted = true;
    }
  }

  /** Marks the process as stopping: no new work from now on. */
  withdraw(): void {
    this.#isStopping = true;
  }
}
