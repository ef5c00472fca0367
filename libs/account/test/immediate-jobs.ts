import { OperationContext } from '@org/core';
import type { DispatchedJob, DispatchJobParams, JobDefinition, JobService } from '@org/jobs';

/** A queue in memory, whose jobs run when a test says so. */
export class ImmediateJobs implements Pick<JobService, 'register' | 'dispatch' | 'dispatchAfter'> {
  readonly registered = new Map<string, JobDefinition<never>>();
  readonly dispatched: DispatchJobParams[] = [];

  register<Payload extends object>(job: JobDefinition<Payload>): void {
    this.registered.set(job.name, job as unknown as JobDefinition<never>);
  }

  async dispatch(job: DispatchJobParams): Promise<DispatchedJob> {
    return { jobId: String(this.dispatched.push(job)) };
  }

  async dispatchAfter({ name, payload }: DispatchJobParams): Promise<DispatchedJob> {
    return this.dispatch({ name, payload });
  }

  /** Runs what was dispatched and waits, in order. */
  async runDispatched(): Promise<void> {
    for (const { name, payload } of this.dispatched.splice(0)) {
      await this.run(name, payload);
    }
  }

  /** Runs every job that has a schedule. */
  async runScheduled(): Promise<void> {
    for (const { name, schedule } of this.registered.values()) {
      if (schedule !== undefined) {
        await this.run(name);
      }
    }
  }

  async run(name: string, payload: object = {}, { signal } = new AbortController()): Promise<void> {
    const context = OperationContext.create({
      actor: { type: 'job', id: '64b0000000000000000000aa' },
      requestId: `run of ${name}`,
    });
    await this.registered.get(name)!.run(payload as never, { context, signal, attempt: 1 });
  }
}
