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

export interface TimeLimit {
  readonly milliseconds: number;
  /** The reason with which the work is aborted at the limit. */
  readonly reason: Error;
}

/**
 * Like {@link untilAborted}, within a time limit. The work gets a signal that is aborted for either
 * reason.
 */
export async function withinTimeLimit<Result>(
  { milliseconds, reason }: TimeLimit,
  stopped: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(reason);
  }, milliseconds);
  const signal = AbortSignal.any([stopped, limit.signal]);
  try {
    return await untilAborted(signal, () => work(signal));
  } finally {
    clearTimeout(timer);
  }
}
