import { beforeEach, describe, expect, it } from 'vitest';

import { startWorkerProgram, type WorkerProgram } from './programs/start-worker.ts';
import { context, JobsTestBed, numberJob } from './services.ts';
import { until } from './until.ts';

// A hanging worker does two jobs, so that the last of them still finds a third.
const JOBS = 12;
const KILLS = 4;

let bed: JobsTestBed;

beforeEach(async () => {
  bed = await JobsTestBed.create();
  const producer = bed.createService(
    {},
    numberJob(async () => {}),
  );
  for (let number = 0; number < JOBS; number += 1) {
    await producer.dispatch({ name: 'test.number', payload: { number } }, context);
  }
});

async function expectEveryJobSucceededOnce(): Promise<void> {
  const succeeded = await bed.findRuns('succeeded');
  expect(new Set(succeeded.map((run) => run['job_id'])).size).toBe(JOBS);
  expect(succeeded).toHaveLength(JOBS);
  expect(await bed.findRuns('running')).toEqual([]);
}

describe('a worker killed with kill -9', () => {
  it('in the midst of a job leaves it to the next', async () => {
    for (let kills = 0; kills < KILLS; kills += 1) {
      const worker = startWorkerProgram(bed.throwaway.databaseName, 'hanging');
      await worker.printed('hanging', 1);
      await worker.kill();
    }
    startWorkerProgram(bed.throwaway.databaseName, 'finishing');
    await until(async () => (await bed.queue.countDocuments()) === 0);

    await expectEveryJobSucceededOnce();
    expect(await bed.runs.countDocuments()).toBe(JOBS + KILLS);
    expect(await bed.findRuns('failed')).toHaveLength(KILLS);
  });

  it('while it stores how a job ended leaves one success of each job', async () => {
    let kills = 0;
    for (let doneFirst = 1; doneFirst <= KILLS; doneFirst += 1) {
      const worker: WorkerProgram = startWorkerProgram(bed.throwaway.databaseName, 'finishing');
      await worker.printed('done', 1);
      await worker.kill();
      kills += 1;
    }
    startWorkerProgram(bed.throwaway.databaseName, 'finishing');
    await until(async () => (await bed.queue.countDocuments()) === 0);

    await expectEveryJobSucceededOnce();
    expect(await bed.runs.countDocuments()).toBeLessThanOrEqual(JOBS + kills);
  });
});
