import { JobLeaseLostError } from '../errors.ts';

/** Renewals per lease: it expires when this many fail in a row. */
export const RENEWALS_PER_LEASE = 3;

/**
 * Renews a lease while its job runs, so that a long job is not run twice. Aborts the job when
 * another worker may have taken it.
 *
 * @returns a function that stops it
 */
export function keepRenewing(
  lease: { renew(): Promise<void> },
  leaseMilliseconds: number,
  controller: AbortController,
): () => void {
  let failures = 0;
  const renew = async (): Promise<void> => {
    try {
      await lease.renew();
      failures = 0;
    } catch (error) {
      failures += 1;
      if (error instanceof JobLeaseLostError || failures >= RENEWALS_PER_LEASE) {
        controller.abort(error instanceof JobLeaseLostError ? error : new JobLeaseLostError(error));
      }
    }
  };
  const timer = setInterval(() => void renew(), leaseMilliseconds / RENEWALS_PER_LEASE);
  return () => {
    clearInterval(timer);
  };
}
