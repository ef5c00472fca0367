import { defineError, type ErrorDetail } from '@org/core';

export const TaskErrorCode = {
  NOT_FOUND: 'TASK_ERR_01',
  BAD_REQUEST: 'TASK_ERR_02',
  LIMIT_REACHED: 'TASK_ERR_03',
} as const;

/** The task does not exist, was deleted, or belongs to another account. */
export class TaskNotFoundError extends defineError(TaskErrorCode.NOT_FOUND, 404) {
  constructor(id: string) {
    super(`We could not find a task with id: ${id}. Please verify and try again.`);
  }
}

/** The request was rejected; the message says why. */
export class TaskBadRequestError extends defineError(TaskErrorCode.BAD_REQUEST, 400) {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super(message, { details });
  }
}

/** The account has reached the maximum number of tasks, which the message gives. */
export class TaskLimitReachedError extends defineError(TaskErrorCode.LIMIT_REACHED, 409) {
  constructor(maximum: number) {
    super(`An account can have at most ${maximum} tasks. Please delete some first.`);
  }
}
