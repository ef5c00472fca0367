import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { MongoServerError } from 'mongodb';

/** Caused by other processes doing the same at the same time; retrying succeeds. */
const CONCURRENT_CHANGE_CODES = new Set<unknown>([
  20, // IllegalOperation: cannot build an index while the collection is being created
  46, // LockBusy
  112, // WriteConflict
  117, // ConflictingOperationInProgress
  276, // IndexBuildAborted
]);
const ATTEMPTS = 6;
const RETRY_DELAY_MILLISECONDS = 20;

export async function retryingConcurrentChanges<Result>(
  operation: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation();
    } catch (error) {
      const isConcurrentChange =
        error instanceof MongoServerError && CONCURRENT_CHANGE_CODES.has(error.code);
      if (!isConcurrentChange || attempt === ATTEMPTS) {
        throw error;
      }
      await delay(randomInt(RETRY_DELAY_MILLISECONDS * 2 ** attempt));
    }
  }
}

/** Somebody else has the collection, perhaps for as long as an index takes to be built. */
const BUSY_CODES = new Set<unknown>([
  50, // MaxTimeMSExpired
  12587, // BackgroundOperationInProgressForNamespace
]);
const PAUSE_MILLISECONDS = 800;

/** How long a change of a collection waits for others that use it, and they for the change. */
export const BRIEFLY = { maxTimeMS: 200 } as const;

/**
 * Tries a change again until it has the collection for itself. A killed program's transaction keeps
 * that for a minute; if the change waited for it, everybody else would wait behind the change.
 *
 * @param change gives up {@link BRIEFLY}
 */
export async function changeWhenFree(change: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await retryingConcurrentChanges(change);
      return;
    } catch (error) {
      if (!(error instanceof MongoServerError && BUSY_CODES.has(error.code))) {
        throw error;
      }
      await delay(PAUSE_MILLISECONDS);
    }
  }
}

export function hasCode(error: unknown, code: number): boolean {
  return error instanceof MongoServerError && error.code === code;
}
