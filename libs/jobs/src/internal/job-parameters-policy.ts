import { check } from '@org/core';

import { JobBadRequestError } from '../errors.ts';

const { parameters, text, anyText, id, jsonObject, optional, finiteNumber, time } = check;

const refuse = (...problem: ConstructorParameters<typeof JobBadRequestError>) =>
  new JobBadRequestError(...problem);

const job = { name: id, payload: jsonObject };
const name = optional(id);
const limit = optional(finiteNumber);
const cursor = optional(text(1_024));

/** Parameters of the service's methods. Payloads are checked by the job's own schema. */
export const checkJob = parameters(job, refuse);
export const checkJobAt = parameters({ ...job, at: time }, refuse);
export const checkJobAfter = parameters({ ...job, delayMilliseconds: finiteNumber }, refuse);
export const checkJobId = parameters({ jobId: anyText }, refuse);
export const checkDeadJobPage = parameters({ limit, cursor }, refuse);
export const checkJobPage = parameters({ name, limit, cursor }, refuse);
export const checkRunPage = parameters({ name, limit }, refuse);
