/** Milliseconds: the first bucket ends here, and each further one 10 % later. */
const FIRST_BOUND = 0.1;
const GROWTH = 1.1;
/** The last one ends after 13 minutes. */
const BUCKETS = 170;

/** How long requests took: in buckets, so that its size does not depend on their number. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;

  get total(): number {
    return this.#total;
  }

  count(milliseconds: number): void {
    const steps = Math.log(Math.max(milliseconds, FIRST_BOUND) / FIRST_BOUND) / Math.log(GROWTH);
    const bucket = Math.min(Math.ceil(steps), BUCKETS - 1);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
  }

  /**
   * @param share such as 0.95
   * @returns what at least that share of the requests took at most, to 10 %; `null` without any
   */
  quantile(share: number): number | null {
    if (this.#total === 0) {
      return null;
    }
    let seen = 0;
    const bucket = this.#counts.findIndex((count) => (seen += count) >= share * this.#total);
    return Number((FIRST_BOUND * GROWTH ** bucket).toPrecision(3));
  }
}
