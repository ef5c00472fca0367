import type { OperationContext } from '@org/core';

/** What a job is given to run with. */
export interface AccountJobRun {
  /** The job is the actor. */
  readonly context: OperationContext;
  /** Aborted when the job has to stop; what is done stays done. */
  readonly signal: AbortSignal;
}

/** Work that runs outside of requests, by a schedule or when it is dispatched. */
export interface AccountJob<Payload extends object> {
  readonly name: string;
  /** JSON Schema of the payload. */
  readonly payloadSchema: object;
  /** In cron's notation, UTC; the payload is then empty. */
  readonly schedule?: string;
  run(payload: Payload, run: AccountJobRun): Promise<void>;
}

/** Where this module's jobs wait and run. `JobService` of `@org/jobs` is one. */
export interface AccountJobQueue {
  register<Payload extends object>(job: AccountJob<Payload>): void;

  /** Stores a job to be run soon, in the transaction of the context. */
  dispatch(
    job: { readonly name: string; readonly payload: object },
    context: OperationContext,
  ): Promise<unknown>;
}
