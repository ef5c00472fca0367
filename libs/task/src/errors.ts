import { AppError, type ErrorDetail } from '@org/core';

export const TaskErrorCode = {
  NOT_FOUND: 'TASK_ERR_01',
  BAD_REQUEST: 'TASK_ERR_02',
  LIMIT_REACHED: 'TASK_ERR_03',
} as const;

/** There is none of this id, it was deleted, or it belongs to another account. */
export class TaskNotFoundError extends AppError {
  constructor(id: string) {
    super({
      code: TaskErrorCode.NOT_FOUND,
      httpStatus: 404,
      message: `We could not find a task with id: ${id}. Please verify and try again.`,
    });
  }
}

/** What was sent cannot be accepted; the message says why. */
export class TaskBadRequestError extends AppError {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super({ code: TaskErrorCode.BAD_REQUEST, httpStatus: 400, message, details });
  }
}

/** The account has as many as it may; the message says how many that is. */
export class TaskLimitReachedError extends AppError {
  constructor(maximum: number) {
    super({
      code: TaskErrorCode.LIMIT_REACHED,
      httpStatus: 409,
      message: `An account can have at most ${maximum} tasks. Please delete some first.`,
    });
  }
}
