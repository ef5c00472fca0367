import type { OperationContext } from '@org/core';
import type { DispatchJobAfterParams, DispatchJobParams, JobDefinition } from '@org/jobs';

/** Where this module's jobs wait and run. `JobService` of `@org/jobs` is one. */
export interface AccountJobQueue {
  register<Payload extends object>(job: JobDefinition<Payload>): void;

  /** Stores a job to be run soon, in the transaction of the context. */
  dispatch(params: DispatchJobParams, context: OperationContext): Promise<unknown>;

  /** As {@link dispatch}, to be run when the delay is over. */
  dispatchAfter(params: DispatchJobAfterParams, context: OperationContext): Promise<unknown>;
}
