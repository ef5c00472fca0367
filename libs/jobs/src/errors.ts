import { defineError, type ErrorDetail } from '@org/core';

export const JobErrorCode = {
  NOT_FOUND: 'JOB_ERR_01',
  UNKNOWN_NAME: 'JOB_ERR_02',
  INVALID_PAYLOAD: 'JOB_ERR_03',
  INVALID_DEFINITION: 'JOB_ERR_04',
  TIME_LIMIT_EXCEEDED: 'JOB_ERR_05',
  BAD_REQUEST: 'JOB_ERR_08',
} as const;

/** No dead job has this id. */
export class JobNotFoundError extends defineError(JobErrorCode.NOT_FOUND, 404) {
  constructor(jobId: string) {
    super(`We could not find a dead job with id: ${jobId}.`);
  }
}

/** No job of this name is registered. */
export class UnknownJobError extends defineError(JobErrorCode.UNKNOWN_NAME, 400) {
  constructor(name: string) {
    super(`No job is registered under the name ${name}.`);
  }
}

/** The payload does not match its job's schema. Names the field, never the value. */
export class InvalidJobPayloadError extends defineError(JobErrorCode.INVALID_PAYLOAD, 400) {
  constructor(name: string, problem: string) {
    super(`The payload of a job ${name} is invalid: ${problem}.`);
  }
}

/** The definition is unusable: its name is taken, its schedule is not a cron expression, … */
export class InvalidJobDefinitionError extends defineError(JobErrorCode.INVALID_DEFINITION, 500) {
  constructor(name: string, problem: string, cause?: unknown) {
    super(`The job ${name} cannot be registered: ${problem}.`, { cause });
  }
}

/** An attempt exceeded its time limit. Used as an abort reason. */
export class JobTimeLimitExceededError extends defineError(JobErrorCode.TIME_LIMIT_EXCEEDED, 500) {
  constructor(timeLimitMilliseconds: number) {
    super(`The job took longer than its time limit of ${timeLimitMilliseconds} ms.`);
  }
}

/** A parameter has the wrong type; the message names it. */
export class JobBadRequestError extends defineError(JobErrorCode.BAD_REQUEST, 400) {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super(message, { details });
  }
}
