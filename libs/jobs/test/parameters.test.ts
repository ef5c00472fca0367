import { findTakenParameters } from '@org/core/testing';
import { JobService } from '@org/jobs';
import { describe, expect, it } from 'vitest';

import { context, JobsTestBed, numberJob } from './services.ts';

const job = { name: 'test.number', payload: { number: 1 } };
const page = { limit: 1, cursor: '64b00000000000000000000a' };

describe(JobService, () => {
  it('takes no wrong parameters', async () => {
    const bed = await JobsTestBed.create();
    const jobs = bed.createService(
      {},
      numberJob(async () => {}),
    );

    const taken = await findTakenParameters(jobs, {
      // A name that is not registered, a payload that is not the job's, or anything else.
      code: /^JOB_ERR_0[238]$/,
      trusted: [context],
      notCalled: {
        initialize: 'takes nothing',
        register: 'takes a function, from the program',
        registerCleanUp: 'takes a function, from the program',
        registerBuiltInJobs: 'takes a service, from the program',
        start: 'starts a worker',
        stop: 'takes nothing',
        drain: 'takes nothing',
        getQueueStatistics: 'takes nothing',
      },
      calls: {
        dispatch: [job, context],
        dispatchAt: [{ ...job, at: new Date() }, context],
        dispatchAfter: [{ ...job, delayMilliseconds: 1 }, context],
        dispatchByHand: [job, context],
        listJobs: [{ ...page, name: 'test.number' }, context],
        listDeadJobs: [page, context],
        listJobRuns: [{ name: 'test.number', limit: 1 }, context],
        replayDeadJob: [{ jobId: '64b00000000000000000000a' }, context],
      },
      taken: [/^list\w+\(0: \{/], // every field of it may be left out
    });

    expect(taken).toEqual([]);
  });
});
