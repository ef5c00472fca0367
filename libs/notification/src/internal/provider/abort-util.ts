import { ProviderError } from '../../errors.ts';

/** Aborts when either does: the caller's signal, or the time limit. */
export function withTimeLimit(signal: AbortSignal, milliseconds: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
}

/**
 * What the work answers, or an error once the signal aborts, whether the work heeds it or not.
 *
 * @throws ProviderError, to be retried, when the signal aborts first
 */
export async function orAborted<Result>(
  signal: AbortSignal,
  work: Promise<Result>,
): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    const abort = (): void =>
      reject(new ProviderError('The provider did not answer in time.', { retryable: true }));
    if (signal.aborted) {
      abort();
    }
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
