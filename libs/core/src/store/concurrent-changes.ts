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

export function hasCode(error: unknown, code: number): boolean {
  return error instanceof MongoServerError && error.code === code;
}
