/**
 * Resolves with the work, unless the signal is aborted first: then rejects with its reason, and the
 * work goes on unheard.
 */
export async function untilAborted<Result>(
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([aborted, work()]);
  } finally {
    // Node keeps a combined signal for as long as anybody listens to it.
    signal.removeEventListener('abort', onAbort);
  }
}
