import type { OperationContext } from '@org/core';

/** A job without parameters that runs by a schedule. */
export interface RegisteredJob {
  readonly name: string;
  /** JSON Schema of the payload, which is empty. */
  readonly payloadSchema: {
    readonly type: 'object';
    readonly required: readonly never[];
    readonly additionalProperties: false;
  };
  /** In cron's notation, UTC. */
  readonly schedule: string;
  run(payload: object, run: { readonly context: OperationContext }): Promise<void>;
}

/** Where jobs are registered. `JobService` of `@org/jobs` is one. */
export interface JobRegistry {
  register(job: RegisteredJob): void;
}
