import { OperationContext, type Clock } from '@org/core';

import { JobLeaseLostError, JobTimeLimitExceededError, JobWorkerStoppedError } from '../errors.ts';
import type { JobErrorListener } from '../types.ts';
import type { Attempt, JobAttemptWriter } from './job-attempt-writer.ts';
import type { JobRegistry, RegisteredJob } from './job-registry.ts';
import { keepRenewing } from './lease-renewal.ts';
import type { ClaimedJob } from './job-util.ts';
import { chooseRetryDelay } from './retry-policy.ts';

export interface JobRunnerDependencies {
  readonly registry: JobRegistry;
  readonly attempts: JobAttemptWriter;
  readonly clock: Clock;
  readonly workerId: string;
  /** The worker's context, for what it stores itself. */
  readonly context: OperationContext;
  readonly leaseMilliseconds: number;
  readonly onError: JobErrorListener;
}

/** What the queue knows about a claimed job. */
export interface Lease {
  /** When a scheduled job is due next; `null` for others. */
  readonly nextTick: Date | null;
  renew(): Promise<void>;
}

/** How the work itself ended. */
type Ending =
  { readonly kind: 'succeeded' } | { readonly kind: 'failed' | 'refused'; readonly error: unknown };

/** Runs claimed jobs within their time limits and leases, and stores how they end. */
export class JobRunner {
  readonly #dependencies: JobRunnerDependencies;
  readonly #running = new Map<Promise<void>, AbortController>();

  constructor(dependencies: JobRunnerDependencies) {
    this.#dependencies = dependencies;
  }

  /** Resolves when the attempt has ended. Never rejects: errors go to `onError`. */
  async run(claim: ClaimedJob, lease: Lease): Promise<void> {
    const controller = new AbortController();
    const run = this.#run(claim, lease, controller).catch((error: unknown) => {
      this.#dependencies.onError(error);
    });
    this.#running.set(run, controller);
    await run;
    this.#running.delete(run);
  }

  /** Waits for running jobs, then gives the rest back. Nothing starts afterwards. */
  async stop(graceMilliseconds: number): Promise<void> {
    const ended = Promise.all(this.#running.keys());
    const timer = setTimeout(() => {
      for (const controller of this.#running.values()) {
        controller.abort(new JobWorkerStoppedError());
      }
    }, graceMilliseconds);
    await ended;
    clearTimeout(timer);
  }

  async #run(claim: ClaimedJob, lease: Lease, controller: AbortController): Promise<void> {
    const { registry, attempts, workerId, context } = this.#dependencies;
    const { nextTick } = lease;
    const { abandonedRunId } = claim;
    if (
      abandonedRunId !== null &&
      (await attempts.endAbandonedRun(claim, abandonedRunId, nextTick, context))
    ) {
      return;
    }
    const job = registry.get(claim.name);
    if (claim.attempts >= job.maximumAttempts) {
      // Every one of its workers died with it.
      await attempts.buryJob(claim, { error: new JobWorkerStoppedError(), nextTick }, context);
      return;
    }
    const attempt = await attempts.beginAttempt(claim, workerId, context);
    const stopRenewing = keepRenewing(lease, this.#dependencies.leaseMilliseconds, controller);
    try {
      const ending = await this.#work(job, attempt, controller);
      await this.#settle(job, attempt, ending, nextTick);
    } finally {
      stopRenewing();
    }
  }

  async #work(job: RegisteredJob, attempt: Attempt, controller: AbortController): Promise<Ending> {
    const { payload } = attempt.claim;
    try {
      job.assertPayload(payload);
    } catch (error) {
      return { kind: 'refused', error };
    }
    const timer = setTimeout(() => {
      controller.abort(new JobTimeLimitExceededError(job.timeLimitMilliseconds));
    }, job.timeLimitMilliseconds);
    const { signal } = controller;
    const context = OperationContext.create({
      actor: { type: 'job', id: attempt.runId },
      requestId: attempt.runId,
    });
    try {
      signal.throwIfAborted();
      const aborted = rejectOnAbort(signal);
      await Promise.race([aborted, job.run(payload, { context, signal, attempt: attempt.number })]);
      return { kind: 'succeeded' };
    } catch (error) {
      return { kind: 'failed', error: signal.aborted ? signal.reason : error };
    } finally {
      clearTimeout(timer);
    }
  }

  async #settle(
    job: RegisteredJob,
    attempt: Attempt,
    ending: Ending,
    nextTick: Date | null,
  ): Promise<void> {
    const { attempts, clock, context } = this.#dependencies;
    if (ending.kind === 'succeeded') {
      await attempts.succeed(attempt, nextTick, context);
      return;
    }
    const { error } = ending;
    this.#report(error, attempt);
    if (error instanceof JobLeaseLostError) {
      return;
    }
    if (error instanceof JobWorkerStoppedError) {
      await attempts.giveBack(attempt, context);
    } else if (ending.kind === 'refused' || attempt.number >= job.maximumAttempts) {
      await attempts.failForGood(attempt, { error, nextTick }, context);
    } else {
      const delay = chooseRetryDelay(attempt.number, job);
      const retryAt = new Date(clock.now().getTime() + delay);
      await attempts.failUntil(retryAt, attempt, error, context);
    }
  }

  #report(error: unknown, { claim, runId, number }: Attempt): void {
    const { jobId, name } = claim;
    this.#dependencies.onError(error, { jobName: name, jobId, runId, attempt: number });
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}
