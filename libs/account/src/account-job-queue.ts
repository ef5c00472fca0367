import type { OperationContext } from '@org/core';
import type { DispatchJobParams, JobDefinition } from '@org/jobs';

/** Where this module's jobs wait and run. `JobService` of `@org/jobs` is one. */
export interface AccountJobQueue {
  register<Payload extends object>(job: JobDefinition<Payload>): void;

  /** Stores a job to be run soon, in the transaction of the context. */
  dispatch(params: DispatchJobParams, context: OperationContext): Promise<unknown>;
}
