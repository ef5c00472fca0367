import { JobLeaseLostError } from '../errors.ts';

/** Renewals that a lease has room for: it ends when this many in a row fail. */
export const RENEWALS_PER_LEASE = 3;

/**
 * Renews a lease as long as its job runs, so that a long job is not run twice. Aborts the job when
 * another worker may have it by now.
 *
 * @returns how to end it
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
