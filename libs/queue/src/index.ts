export {
  InvalidQueueHandlerError,
  LeaseLostError,
  NotRetryableError,
  QueueBadRequestError,
  QueueErrorCode,
  QueueRowNotFoundError,
  QueueTimeLimitExceededError,
  RetryLaterError,
  WorkerStoppedError,
} from './errors.ts';
export { describeFailure, MAXIMUM_UNFINISHED_ATTEMPTS } from './failures.ts';
export { PRIORITY_RANKS } from './priority.ts';
export { Queue } from './queue.ts';
export { QueueWorker } from './queue-worker.ts';
export { retryDelay } from './retry-delay.ts';
export { untilAborted, withinTimeLimit } from './until-aborted.ts';

export type { QueueKind } from './free-slots.ts';
export type { QueuePriority } from './priority.ts';
export type { QueueDependencies } from './queue.ts';
export type { QueueWorkerOptions } from './queue-worker.ts';
export type { TimeLimit } from './until-aborted.ts';
export type { RetryLimits, RetrySettings } from './retry-delay.ts';
export type {
  FailedQueueAttempt,
  ListQueueRowsParams,
  NewQueueRow,
  QueueErrorListener,
  QueueHandler,
  QueueRow,
  QueueRowPage,
  QueueRun,
  QueueSettings,
  QueueStatistics,
} from './types.ts';
