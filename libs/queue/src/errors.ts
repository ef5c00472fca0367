import { defineError } from '@org/core';

export const QueueErrorCode = {
  LEASE_LOST: 'QUEUE_ERR_01',
  WORKER_STOPPED: 'QUEUE_ERR_02',
  TIME_LIMIT_EXCEEDED: 'QUEUE_ERR_03',
  INVALID_HANDLER: 'QUEUE_ERR_04',
  NOT_FOUND: 'QUEUE_ERR_05',
  RETRY_LATER: 'QUEUE_ERR_06',
  NOT_RETRYABLE: 'QUEUE_ERR_07',
  BAD_REQUEST: 'QUEUE_ERR_08',
} as const;

/** Another worker may have the row by now. Used as an abort reason. */
export class LeaseLostError extends defineError(QueueErrorCode.LEASE_LOST, 500) {
  constructor(cause?: unknown) {
    super('The lease ended before the work did.', { cause });
  }
}

/** The worker is stopping and gives the row back. Used as an abort reason. */
export class WorkerStoppedError extends defineError(QueueErrorCode.WORKER_STOPPED, 500) {
  constructor() {
    super('The worker stopped before the work ended.');
  }
}

/** An attempt exceeded its time limit. Used as an abort reason. */
export class QueueTimeLimitExceededError extends defineError(
  QueueErrorCode.TIME_LIMIT_EXCEEDED,
  500,
) {
  constructor(timeLimitMilliseconds: number) {
    super(`The work took longer than its time limit of ${timeLimitMilliseconds} ms.`);
  }
}

/** The handler cannot be registered: its kind is taken, or the queue is already running. */
export class InvalidQueueHandlerError extends defineError(QueueErrorCode.INVALID_HANDLER, 500) {
  constructor(kind: string, problem: string) {
    super(`The handler of ${kind} cannot be registered: ${problem}.`);
  }
}

/** No dead row has this id. */
export class QueueRowNotFoundError extends defineError(QueueErrorCode.NOT_FOUND, 404) {
  constructor(rowId: string) {
    super(`We could not find a dead row with id: ${rowId}.`);
  }
}

/** Thrown by a handler to say when to try again. */
export class RetryLaterError extends defineError(QueueErrorCode.RETRY_LATER, 500) {
  /** At most an hour is granted. */
  readonly retryAfterMilliseconds: number;
  readonly isCounted: boolean;

  /** @param isCounted whether it counts as one of the handler's attempts; default: true */
  constructor(message: string, retryAfterMilliseconds: number, isCounted = true) {
    super(message);
    this.retryAfterMilliseconds = retryAfterMilliseconds;
    this.isCounted = isCounted;
  }
}

/** Thrown by a handler that would fail again, however often it tries: the row is dead at once. */
export class NotRetryableError extends defineError(QueueErrorCode.NOT_RETRYABLE, 500) {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}

/** A parameter is invalid; the message names it. */
export class QueueBadRequestError extends defineError(QueueErrorCode.BAD_REQUEST, 400) {}
