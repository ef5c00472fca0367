import { LeaseLostError } from './errors.ts';

/** Renewals per lease: it expires when this many fail in a row. */
export const RENEWALS_PER_LEASE = 3;

/**
 * Renews a lease while its row is worked on, so that long work is not done twice. Aborts the work
 * when another worker may have taken the row.
 *
 * @param renew answers whether the worker still has the row
 * @returns a function that stops it
 */
export function keepRenewing(
  renew: () => Promise<boolean>,
  leaseMilliseconds: number,
  controller: AbortController,
): () => void {
  let failures = 0;
  const attempt = async (): Promise<void> => {
    try {
      if (await renew()) {
        failures = 0;
      } else {
        controller.abort(new LeaseLostError());
      }
    } catch (error) {
      failures += 1;
      if (failures >= RENEWALS_PER_LEASE) {
        controller.abort(new LeaseLostError(error));
      }
    }
  };
  const timer = setInterval(() => void attempt(), leaseMilliseconds / RENEWALS_PER_LEASE);
  return () => {
    clearInterval(timer);
  };
}
