import { AppError, type ErrorDetail } from '@org/core';

export const JobErrorCode = {
  NOT_FOUND: 'JOB_ERR_01',
  UNKNOWN_NAME: 'JOB_ERR_02',
  INVALID_PAYLOAD: 'JOB_ERR_03',
  INVALID_DEFINITION: 'JOB_ERR_04',
  TIME_LIMIT_EXCEEDED: 'JOB_ERR_05',
  LEASE_LOST: 'JOB_ERR_06',
  WORKER_STOPPED: 'JOB_ERR_07',
  BAD_REQUEST: 'JOB_ERR_08',
} as const;

/** There is no dead job of this id. */
export class JobNotFoundError extends AppError {
  constructor(jobId: string) {
    super({
      code: JobErrorCode.NOT_FOUND,
      httpStatus: 404,
      message: `We could not find a dead job with id: ${jobId}.`,
    });
  }
}

/** No job of this name is registered. */
export class UnknownJobError extends AppError {
  constructor(name: string) {
    super({
      code: JobErrorCode.UNKNOWN_NAME,
      httpStatus: 400,
      message: `No job is registered under the name ${name}.`,
    });
  }
}

/** The payload does not satisfy the schema of its job. Names the field, never the value. */
export class InvalidJobPayloadError extends AppError {
  constructor(name: string, problem: string) {
    super({
      code: JobErrorCode.INVALID_PAYLOAD,
      httpStatus: 400,
      message: `The payload of a job ${name} is invalid: ${problem}.`,
    });
  }
}

/** The definition cannot be used: its name is taken, its schedule is no cron expression, … */
export class InvalidJobDefinitionError extends AppError {
  constructor(name: string, problem: string, cause?: unknown) {
    super({
      code: JobErrorCode.INVALID_DEFINITION,
      httpStatus: 500,
      message: `The job ${name} cannot be registered: ${problem}.`,
      cause,
    });
  }
}

/** An attempt took longer than its time limit. Reason of an aborted signal. */
export class JobTimeLimitExceededError extends AppError {
  constructor(timeLimitMilliseconds: number) {
    super({
      code: JobErrorCode.TIME_LIMIT_EXCEEDED,
      httpStatus: 500,
      message: `The job took longer than its time limit of ${timeLimitMilliseconds} ms.`,
    });
  }
}

/** Another worker may have the job by now. Reason of an aborted signal. */
export class JobLeaseLostError extends AppError {
  constructor(cause?: unknown) {
    super({
      code: JobErrorCode.LEASE_LOST,
      httpStatus: 500,
      message: 'The lease ended before the job did.',
      cause,
    });
  }
}

/** The worker stops and gives the job to another. Reason of an aborted signal. */
export class JobWorkerStoppedError extends AppError {
  constructor() {
    super({
      code: JobErrorCode.WORKER_STOPPED,
      httpStatus: 500,
      message: 'The worker stopped before the job ended.',
    });
  }
}

/** A parameter of another type than it is to be; the message names it. */
export class JobBadRequestError extends AppError {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super({ code: JobErrorCode.BAD_REQUEST, httpStatus: 400, message, details });
  }
}
