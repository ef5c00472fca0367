import { OperationContext, type Clock, type Tracing } from '@org/core';
import {
  describeFailure,
  LeaseLostError,
  retryDelay,
  WorkerStoppedError,
  withinTimeLimit,
} from '@org/queue';

import { JobTimeLimitExceededError } from '../errors.ts';
import type { JobErrorListener } from '../types.ts';
import type { Attempt, JobAttemptWriter } from './job-attempt-writer.ts';
import type { JobRegistry, RegisteredJob } from './job-registry.ts';
import { convertQueuedJobBsonToClaimedJob, type ClaimedJob } from './job-util.ts';
import { findNextTick } from './schedule-util.ts';
import type { QueuedJobDocument } from './store/queued-job-model.ts';
import type { QueuedJobRepository } from './store/queued-job-repository.ts';

export interface JobRunnerDependencies {
  readonly registry: JobRegistry;
  readonly attempts: JobAttemptWriter;
  readonly clock: Clock;
  readonly tracing: Tracing;
  /** The worker's own, for what it stores itself. */
  readonly context: OperationContext;
  readonly workerId: string;
  readonly onError: JobErrorListener;
}

/** How the work itself ended. */
type Ending =
  { readonly kind: 'succeeded' } | { readonly kind: 'failed' | 'refused'; readonly error: unknown };

/** Runs claimed jobs within their time limits, and stores how they end. */
export class JobRunner {
  readonly #dependencies: JobRunnerDependencies;

  constructor(dependencies: JobRunnerDependencies) {
    this.#dependencies = dependencies;
  }

  /** A job that cannot be read is dead at once. */
  async handle(
    row: QueuedJobDocument,
    jobs: QueuedJobRepository,
    signal: AbortSignal,
  ): Promise<void> {
    let claim: ClaimedJob;
    try {
      claim = convertQueuedJobBsonToClaimedJob(row);
    } catch (error) {
      const { context, onError } = this.#dependencies;
      onError(error);
      await jobs.bury(row, describeFailure(error), context);
      return;
    }
    await this.#run(claim, signal);
  }

  async #run(claim: ClaimedJob, signal: AbortSignal): Promise<void> {
    const { registry, attempts, context, workerId, clock } = this.#dependencies;
    const job = registry.get(claim.name);
    const { schedule, timezone } = job;
    const { abandonedRunId } = claim;
    // By its definition: what is stored may be another version's.
    const isScheduled = claim.schedule !== null && schedule !== undefined;
    const nextTick = isScheduled ? findNextTick(schedule, timezone, clock.now()) : null;
    if (
      abandonedRunId !== null &&
      (await attempts.endAbandonedRun(claim, abandonedRunId, nextTick, context))
    ) {
      return;
    }
    if (claim.attempts >= job.maximumAttempts) {
      // Every one of its workers died with it.
      await attempts.buryJob(claim, { error: new WorkerStoppedError(), nextTick }, context);
      return;
    }
    const attempt = await attempts.beginAttempt(claim, workerId, context);
    const ending = await this.#work(job, attempt, signal);
    await this.#settle(job, attempt, ending, nextTick);
  }

  async #work(job: RegisteredJob, attempt: Attempt, stopped: AbortSignal): Promise<Ending> {
    const { payload } = attempt.claim;
    try {
      job.assertPayload(payload);
    } catch (error) {
      return { kind: 'refused', error };
    }
    const context = OperationContext.create({
      actor: { type: 'job', id: attempt.runId },
      requestId: attempt.runId,
    });
    const { timeLimitMilliseconds: milliseconds } = job;
    const reason = new JobTimeLimitExceededError(milliseconds);
    try {
      await withinTimeLimit({ milliseconds, reason }, stopped, (signal) =>
        job.run(payload, { context, signal, attempt: attempt.number }),
      );
      return { kind: 'succeeded' };
    } catch (error) {
      return { kind: 'failed', error: stopped.aborted ? stopped.reason : error };
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
    if (error instanceof LeaseLostError) {
      return;
    }
    if (error instanceof WorkerStoppedError) {
      await attempts.giveBack(attempt, context);
    } else if (ending.kind === 'refused' || attempt.number >= job.maximumAttempts) {
      await attempts.failForGood(attempt, { error, nextTick }, context);
    } else {
      const delay = retryDelay(attempt.number, {
        baseMilliseconds: job.retryDelayMilliseconds,
        maximumMilliseconds: job.maximumRetryDelayMilliseconds,
        fixedShare: 0.5,
      });
      const retryAt = new Date(clock.now().getTime() + delay);
      await attempts.failUntil(retryAt, attempt, error, context);
    }
  }

  #report(error: unknown, { claim, runId, number }: Attempt): void {
    const { jobId, name } = claim;
    this.#dependencies.tracing.fail(error);
    this.#dependencies.onError(error, { jobName: name, jobId, runId, attempt: number });
  }
}
