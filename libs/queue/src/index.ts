export { LeaseLostError, QueueErrorCode, WorkerStoppedError } from './errors.ts';
export { PRIORITY_RANKS } from './priority.ts';
export { QueueWorker } from './queue-worker.ts';
export { retryDelay } from './retry-delay.ts';

export type { QueuePriority } from './priority.ts';
export type { QueueKind, QueueWorkerOptions } from './queue-worker.ts';
export type { RetryLimits, RetrySettings } from './retry-delay.ts';
