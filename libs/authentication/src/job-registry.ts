import type { OperationContext } from '@org/core';

/** A scheduled job, which takes no payload. */
export interface RegisteredJob {
  readonly name: string;
  /** Cron expression, in UTC. */
  readonly schedule: string;
  run(payload: object, run: { readonly context: OperationContext }): Promise<void>;
}

/** Where jobs are registered, such as `JobService` of `@org/jobs`. */
export interface JobRegistry {
  register(job: RegisteredJob): void;
}
