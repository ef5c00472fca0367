import { InvalidJobDefinitionError, JobService, type JobDefinition } from '@org/jobs';
import { beforeEach, describe, expect, it } from 'vitest';

import { context, JobsTestBed, scheduledJob } from './services.ts';
import { until } from './until.ts';

/** 29 February, the schedule of {@link scheduledJob}. */
const TICK = /^\d{4}-02-29T00:00:00\.000Z$/;

let bed: JobsTestBed;

beforeEach(async () => {
  bed = await JobsTestBed.create();
});

async function readSchedule() {
  const schedule = await bed.queue.findOne({ name: 'test.schedule', type: 'single' });
  return schedule as unknown as Record<string, unknown> & { readonly nextRunAt: Date };
}

/** As if the time of the next tick had come. */
async function tick(): Promise<void> {
  await bed.queue.updateOne({ type: 'single' }, { $set: { nextRunAt: new Date(0) } });
}

/** Waits until so many runs have succeeded, and the schedule is given back after the last. */
async function succeeded(runs: number): Promise<void> {
  await until(
    async () =>
      (await bed.findRuns('succeeded')).length === runs &&
      (await readSchedule())['lockedAt'] === null,
  );
}

describe('a scheduled job', () => {
  it('is in the queue once, however many workers start, and due at its next tick', async () => {
    const job = scheduledJob(async () => {});
    await Promise.all(Array.from({ length: 6 }, () => bed.startWorker({}, job)));

    expect(await bed.queue.countDocuments()).toBe(1);
    const { nextRunAt, ...schedule } = await readSchedule();
    expect(nextRunAt.toISOString()).toMatch(TICK);
    expect(schedule).toMatchObject({ repeatInterval: '0 0 29 2 *', repeatTimezone: 'UTC' });
  });

  it('is run by drain when it is due, and never before', async () => {
    const ticks: string[] = [];
    const job = scheduledJob(async () => {
      ticks.push(bed.clock.now().toISOString());
    });
    const service = bed.createService({}, job);

    expect(await service.drain()).toBe(0);
    bed.clock.advance(2 * 366 * 24 * 60 * 60_000 + 60 * 24 * 60 * 60_000);
    await service.drain();
    await service.drain();

    expect(ticks).toHaveLength(1);
  });

  it('runs once per tick across workers, and then waits for the next', async () => {
    let runs = 0;
    const job = scheduledJob(async () => {
      runs += 1;
    });
    await bed.startWorker({}, job);
    await bed.startWorker({}, job);

    for (let ticks = 1; ticks <= 5; ticks += 1) {
      await tick();
      await succeeded(ticks);

      expect((await readSchedule()).nextRunAt.toISOString()).toMatch(TICK);
      expect(runs).toBe(ticks);
    }
  });

  it('keeps its lease and its missed tick when another worker starts', async () => {
    const jobs = bed.createService(
      {},
      scheduledJob(async () => {}),
    );
    await jobs.start();
    await jobs.stop();
    const held = { lockedAt: new Date('2100-01-01'), leaseId: 'of a worker', attempts: 1 };
    await bed.queue.updateOne({}, { $set: { ...held, nextRunAt: new Date(0) } });

    await jobs.start();

    expect(await readSchedule()).toMatchObject({ ...held, nextRunAt: new Date(0) });
  });

  it('follows another expression from the next start on', async () => {
    const jobs = bed.createService(
      {},
      scheduledJob(async () => {}),
    );
    await jobs.start();
    await jobs.stop();

    await bed.startWorker(
      {},
      scheduledJob(async () => {}, { schedule: '30 12 1 1 *' }),
    );

    const { nextRunAt, repeatInterval } = await readSchedule();
    expect(repeatInterval).toBe('30 12 1 1 *');
    expect(nextRunAt.toISOString()).toMatch(/^\d{4}-01-01T12:30:00\.000Z$/);
  });

  it('is run again by another worker when its own was killed in the midst of it', async () => {
    const jobs = bed.createService(
      {},
      scheduledJob(async () => {}),
    );
    await jobs.start();
    await jobs.stop();
    const killed = { lockedAt: new Date(0), leaseId: 'of a dead worker', attempts: 1 };
    await bed.queue.updateOne({}, { $set: { ...killed, nextRunAt: new Date(0) } });

    await jobs.start();

    await succeeded(1);
    expect(await readSchedule()).toMatchObject({ lockedAt: null, attempts: 0 });
  });

  it('goes on after it is out of attempts; dead until it succeeds', async () => {
    let isBroken = true;
    const job: JobDefinition<object> = scheduledJob(
      async () => {
        if (isBroken) {
          throw new Error('broken');
        }
      },
      { maximumAttempts: 2 },
    );
    const jobs = await bed.startWorker({}, job);
    await tick();
    const [dead] = await until(async () => {
      const { items } = await jobs.listDeadJobs({}, context);
      return items.length > 0 && items;
    });
    expect(dead).toMatchObject({
      schedule: '0 0 29 2 *',
      timezone: 'UTC',
      lastError: 'Error: broken',
      attempts: 0,
    });
    expect(dead?.runsAt?.toISOString()).toMatch(TICK);

    isBroken = false;
    await jobs.replayDeadJob({ jobId: dead!.id }, context);

    await succeeded(1);
    expect((await jobs.listDeadJobs({}, context)).items).toEqual([]);
    expect((await readSchedule()).nextRunAt.toISOString()).toMatch(TICK);
  });

  it('runs out of turn when it is dispatched by hand', async () => {
    const jobs = await bed.startWorker(
      {},
      scheduledJob(async () => {}),
    );

    await jobs.dispatchByHand({ name: 'test.schedule', payload: {} }, context);

    await succeeded(1);
    await until(async () => (await bed.queue.countDocuments()) === 1);
  });
});

describe(JobService, () => {
  it('does not start with a schedule that is no cron expression', async () => {
    const jobs = bed.createService(
      {},
      scheduledJob(async () => {}, { schedule: 'now and then' }),
    );

    await expect(jobs.start()).rejects.toThrow(InvalidJobDefinitionError);
  });

  it.each(['Europe/Nowhere', ''])('does not start with a schedule in %j', async (timezone) => {
    const jobs = bed.createService(
      {},
      scheduledJob(async () => {}, { timezone }),
    );

    await expect(jobs.start()).rejects.toThrow(
      `The job test.schedule cannot be registered: there is no time zone "${timezone}".`,
    );
  });
});
