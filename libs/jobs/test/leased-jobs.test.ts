import { JobLeaseLostError } from '@org/jobs';
import type { JobParameters } from 'agenda';
import { beforeEach, describe, expect, it } from 'vitest';

import { JobLeaseWriter } from '../src/internal/job-lease-writer.ts';
import type { ClaimedJob } from '../src/internal/job-util.ts';
import { claimIn, LeasedJobs } from '../src/internal/leased-jobs.ts';
import { QueuedJobRepository } from '../src/internal/store/queued-job-repository.ts';
import { context, JobsTestBed, numberJob } from './services.ts';

const LEASE = 30_000;

let bed: JobsTestBed;
let leases: SteeredLeases;
let leasedJobs: LeasedJobs;
let jobId: string;

/** Lets a test step in where the database is asked. */
class SteeredLeases extends JobLeaseWriter {
  claims = 0;
  beforeAnswer = async (): Promise<void> => {};

  override async claimNextJob(
    ...params: Parameters<JobLeaseWriter['claimNextJob']>
  ): Promise<ClaimedJob | undefined> {
    this.claims += 1;
    const claimed = await super.claimNextJob(...params);
    await this.beforeAnswer();
    return claimed;
  }
}

let clockOffset = 0;
let errors: unknown[];

beforeEach(async () => {
  clockOffset = 0;
  errors = [];
  bed = await JobsTestBed.create();
  const { database } = bed.throwaway;
  leases = new SteeredLeases(new QueuedJobRepository({ database, audit: bed.audit }));
  leasedJobs = new LeasedJobs({
    database: database.driver,
    leases,
    clock: bed.clock,
    clockOffset: () => clockOffset,
    leaseMilliseconds: LEASE,
    workerId: 'worker-1',
    context,
    onError: (error) => errors.push(error),
  });
  const producer = bed.createService(
    {},
    numberJob(async () => {}),
  );
  const job = { name: 'test.number', payload: { number: 1 } };
  ({ jobId } = await producer.dispatch(job, context));
});

/** As agenda does: it says which leases have ended, by its own time. */
async function ask() {
  const now = bed.clock.now().getTime();
  return leasedJobs.getNextJobToRun('test.number', new Date(now + 5_000), new Date(now - LEASE));
}

async function expectFree(): Promise<void> {
  expect(await bed.queue.findOne()).toMatchObject({ lockedAt: null, leaseId: null });
}

describe(LeasedJobs, () => {
  it('takes a job that is due now, and none of the next interval', async () => {
    await bed.queue.updateOne({}, { $set: { nextRunAt: new Date(bed.clock.now().getTime() + 1) } });
    expect(await ask()).toBeUndefined();

    bed.clock.advance(1);
    expect(await ask()).toMatchObject({ _id: jobId, lockedAt: bed.clock.now() });
  });

  it('gives back what it was told of only when the lease was half gone', async () => {
    leases.beforeAnswer = async () => {
      bed.clock.advance(LEASE / 2);
    };

    expect(await ask()).toBeUndefined();
    await expectFree();
  });

  it('gives back what it is told of after it was closed', async () => {
    let closed: Promise<void> | undefined;
    leases.beforeAnswer = async () => {
      closed = leasedJobs.close();
    };

    expect(await ask()).toBeUndefined();
    await closed;
    await expectFree();
    expect(await ask()).toBeUndefined();
    expect(leases.claims).toBe(1);
  });

  it('asks once more, not twice at a time, for a name that is being asked for', async () => {
    await bed.queue.updateOne({}, { $set: { nextRunAt: new Date('2100-01-01') } });
    leases.beforeAnswer = async () => {
      leases.beforeAnswer = async () => {};
      // Meanwhile it falls due, and agenda is told of it.
      await bed.queue.updateOne({}, { $set: { nextRunAt: bed.clock.now() } });
      expect(await ask()).toBeUndefined();
    };

    expect(await ask()).toMatchObject({ _id: jobId });
    expect(leases.claims).toBe(2);
  });

  it('tells agenda times of the machine, and stores those of the database', async () => {
    const HOUR = 60 * 60_000;
    const machineNow = bed.clock.now().getTime() + HOUR;
    clockOffset = -HOUR;

    const job = await leasedJobs.getNextJobToRun(
      'test.number',
      new Date(machineNow),
      new Date(machineNow - LEASE),
    );

    expect(job).toMatchObject({ lockedAt: new Date(machineNow), nextRunAt: new Date(machineNow) });
    expect(await bed.queue.findOne()).toMatchObject({ lockedAt: bed.clock.now() });
    await leasedJobs.saveJobState({ ...job!, lockedAt: new Date(machineNow + 1) });
    const renewedAt = new Date(bed.clock.now().getTime() + 1);
    expect(await bed.queue.findOne()).toMatchObject({ lockedAt: renewedAt });
  });

  it('renews the lease when agenda saves a job, and refuses once it is lost', async () => {
    const job = (await ask())!;
    const touched = { ...job, lockedAt: new Date('2026-02-01') };

    await leasedJobs.saveJobState(touched);
    expect(await bed.queue.findOne()).toMatchObject({ lockedAt: touched.lockedAt });

    await bed.queue.updateOne({}, { $set: { leaseId: 'of another worker' } });
    await expect(leasedJobs.saveJobState(touched)).rejects.toThrow(JobLeaseLostError);
  });

  it('stores nothing of what agenda thinks of the end of a job', async () => {
    const job = (await ask())!;
    // Agenda sets it so.
    const ended = Object.assign(job, { lockedAt: undefined, nextRunAt: null, failCount: 1 });
    const before = await bed.queue.findOne();

    await leasedJobs.saveJobState(ended);

    expect(await bed.queue.findOne()).toEqual(before);
  });

  it('frees what agenda took and cannot begin', async () => {
    await leasedJobs.unlockJob((await ask())!);

    await expectFree();
  });

  it('frees what has not begun when it is closed, and lets it begin no more', async () => {
    const job = (await ask())!;

    await leasedJobs.close();

    await expectFree();
    expect(leasedJobs.begin(claimIn(job))).toBe(false);
    await leasedJobs.saveJobState(job);
    await leasedJobs.unlockJob(job);
    await expectFree();
  });

  it('frees nothing that began when it is closed, and goes on renewing it', async () => {
    const job = (await ask())!;
    expect(leasedJobs.begin(claimIn(job))).toBe(true);

    await leasedJobs.close();
    await leasedJobs.saveJobState({ ...job, lockedAt: new Date('2026-02-01') });

    expect(await bed.queue.findOne()).toMatchObject({
      leaseId: claimIn(job).leaseId,
      lockedAt: new Date('2026-02-01'),
    });
  });

  it('is closed also when it cannot free anything', async () => {
    await ask();
    leases.releaseLeases = () => Promise.reject(new Error('the database is away'));

    await leasedJobs.close();

    expect(errors).toEqual([new Error('the database is away')]);
  });

  it.each([
    ['unlocked', (job: JobParameters) => leasedJobs.unlockJob(job)],
    ['closed', () => leasedJobs.close()],
  ])('frees nothing that another worker took in the meantime when it is %s', async (_how, free) => {
    const job = (await ask())!;
    const other = { leaseId: 'of another worker', lastModifiedBy: 'worker-2' };
    await bed.queue.updateOne({}, { $set: other });

    await free(job);

    expect(claimIn(job).leaseId).not.toBe(other.leaseId);
    expect(await bed.queue.findOne()).toMatchObject({ ...other, lockedAt: job.lockedAt });
  });
});
