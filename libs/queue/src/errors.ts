import { defineError } from '@org/core';

export const QueueErrorCode = {
  LEASE_LOST: 'QUEUE_ERR_01',
  WORKER_STOPPED: 'QUEUE_ERR_02',
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
