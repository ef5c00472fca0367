import { AppError, type ErrorDetail } from '@org/core';

export const TaskErrorCode = {
  NOT_FOUND: 'TASK_ERR_01',
  BAD_REQUEST: 'TASK_ERR_02',
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
