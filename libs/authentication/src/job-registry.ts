import type { OperationContext } from '@org/core';

/** A scheduled job without parameters. */
export interface RegisteredJob {
  readonly name: string;
  /** JSON Schema of the payload, which is empty. */
  readonly payloadSchema: {
    readonly type: 'object';
    readonly required: readonly never[];
    readonly additionalProperties: false;
  };
  /** Cron expression, in UTC. */
  readonly schedule: string;
  run(payload: object, run: { readonly context: OperationContext }): Promise<void>;
}

/** Where jobs are registered, such as `JobService` of `@org/jobs`. */
export interface JobRegistry {
  register(job: RegisteredJob): void;
}
