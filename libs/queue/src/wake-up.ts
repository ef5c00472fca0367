/** Lets one loop wait for work. A wake-up during work is not lost. */
export class WakeUp {
  #isPending = false;
  #resolve: (() => void) | undefined;

  wake(): void {
    this.#isPending = true;
    this.#resolve?.();
  }

  async wait(): Promise<void> {
    if (!this.#isPending) {
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
    }
    this.#isPending = false;
    this.#resolve = undefined;
  }
}
