import { OperationContext } from '@org/core';
import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { JobService, type FailedAttempt, type JobDefinition, type JobSettings } from '@org/jobs';
import { inject, onTestFinished } from 'vitest';

export const context = OperationContext.create({
  actor: { type: 'account', id: '64b000000000000000000001' },
  requestId: 'request-1',
});

export const NUMBER_SCHEMA = {
  type: 'object',
  properties: { number: { type: 'integer' } },
  required: ['number'],
} as const;

export interface NumberPayload {
  readonly number: number;
}

/** What `onError` was told. */
export interface ReportedError {
  readonly error: unknown;
  readonly attempt: FailedAttempt | undefined;
}

/** A database with a queue, and any number of processes at it. */
export class JobsTestBed {
  readonly clock = new FakeClock();
  readonly audit = new RecordingAuditTrail();
  readonly errors: ReportedError[] = [];
  readonly throwaway: ThrowawayDatabase;

  private constructor(throwaway: ThrowawayDatabase) {
    this.throwaway = throwaway;
  }

  static async create(): Promise<JobsTestBed> {
    const bed = new JobsTestBed(await createThrowawayDatabase({ uri: inject('mongodbUri') }));
    onTestFinished(() => bed.throwaway.remove());
    await bed.createService().initialize();
    return bed;
  }

  /** A service as another process would have it. Stopped when the test ends. */
  createService<Payload extends object>(
    settings: JobSettings = {},
    definition?: JobDefinition<Payload>,
  ): JobService {
    const service = JobService.create({
      database: this.throwaway.database,
      audit: this.audit,
      clock: this.clock,
      settings: { pollIntervalMilliseconds: 50, stopGraceMilliseconds: 0, ...settings },
      onError: (error, attempt) => this.errors.push({ error, attempt }),
    });
    if (definition !== undefined) {
      service.register(definition);
    }
    onTestFinished(() => service.stop());
    return service;
  }

  /** As {@link createService}, with a worker that runs. */
  async startWorker<Payload extends object>(
    settings: JobSettings = {},
    definition?: JobDefinition<Payload>,
  ): Promise<JobService> {
    const service = this.createService(settings, definition);
    await service.start();
    return service;
  }

  get queue() {
    return this.throwaway.database.collection('agendaJobs');
  }

  get runs() {
    return this.throwaway.database.collection('job_run');
  }

  /** Runs of one status, oldest first. */
  async findRuns(status: string) {
    return this.runs.find({ status }).sort({ _id: 1 }).toArray();
  }
}

/** The test's clock stands still, so a retry that has to wait would never come. */
const AT_ONCE = { retryDelayMilliseconds: 0 };

/** A job that is told apart by a number; what it does is up to the test. */
export function numberJob(
  run: JobDefinition<NumberPayload>['run'],
  options: Partial<JobDefinition<NumberPayload>> = {},
): JobDefinition<NumberPayload> {
  return { name: 'test.number', payloadSchema: NUMBER_SCHEMA, ...AT_ONCE, ...options, run };
}

/** A job of a schedule that is not due within the life of a test. */
export function scheduledJob(
  run: JobDefinition<object>['run'],
  options: Partial<JobDefinition<object>> = {},
): JobDefinition<object> {
  return {
    name: 'test.schedule',
    payloadSchema: { type: 'object' },
    schedule: '0 0 29 2 *',
    ...AT_ONCE,
    ...options,
    run,
  };
}
