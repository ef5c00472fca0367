import type { JSONSchemaType } from 'ajv';
import { ObjectId } from 'mongodb';
import {
  InvalidJobDefinitionError,
  InvalidJobPayloadError,
  JobService,
  UnknownJobError,
} from '@org/jobs';
import { beforeEach, describe, expect, it } from 'vitest';

import { context, JobsTestBed, numberJob } from './services.ts';

let bed: JobsTestBed;
let jobs: JobService;

beforeEach(async () => {
  bed = await JobsTestBed.create();
  jobs = bed.createService(
    {},
    numberJob(async () => {}),
  );
});

describe(JobService, () => {
  describe('dispatch', () => {
    it('puts the job into the queue, due now, without a worker in this process', async () => {
      const { jobId } = await jobs.dispatch(
        { name: 'test.number', payload: { number: 7 } },
        context,
      );

      expect(await bed.queue.findOne({ _id: new ObjectId(jobId) })).toMatchObject({
        name: 'test.number',
        type: 'normal',
        data: { number: 7 },
        nextRunAt: bed.clock.now(),
        lockedAt: null,
        attempts: 0,
      });
    });

    it('stores a job for a time and for after a delay', async () => {
      const at = new Date('2026-03-01T12:00:00.000Z');
      const payload = { number: 1 };

      await jobs.dispatchAt({ name: 'test.number', payload, at }, context);
      await jobs.dispatchAfter(
        { name: 'test.number', payload, delayMilliseconds: 90_000 },
        context,
      );

      const times = (await bed.queue.find().sort({ _id: 1 }).toArray()).map(
        (job) => job['nextRunAt'] as Date,
      );
      expect(times).toEqual([at, new Date('2026-01-01T00:01:30.000Z')]);
    });

    it('refuses a payload that does not satisfy the schema, naming the field', async () => {
      const refused = jobs.dispatch({ name: 'test.number', payload: { number: 'seven' } }, context);

      await expect(refused).rejects.toThrow(InvalidJobPayloadError);
      await expect(refused).rejects.toThrow('/number must be integer');
      expect(await bed.queue.countDocuments()).toBe(0);
    });

    it('judges the payload as it will be stored', async () => {
      await expect(
        jobs.dispatch({ name: 'test.number', payload: { number: undefined } }, context),
      ).rejects.toThrow("must have required property 'number'");
    });

    it('refuses a name that is not registered', async () => {
      await expect(jobs.dispatch({ name: 'test.unknown', payload: {} }, context)).rejects.toThrow(
        UnknownJobError,
      );
    });

    it('joins a transaction: no job when that is rolled back', async () => {
      const { database } = bed.throwaway;
      const job = { name: 'test.number', payload: { number: 1 } };

      const rolledBack = database.withTransaction(context, async (transaction) => {
        await jobs.dispatch(job, transaction);
        throw new Error('rolled back');
      });
      await expect(rolledBack).rejects.toThrow('rolled back');
      expect(await bed.queue.countDocuments()).toBe(0);

      await database.withTransaction(context, (transaction) => jobs.dispatch(job, transaction));
      expect(await bed.queue.countDocuments()).toBe(1);
    });
  });

  describe('dispatchByHand', () => {
    it('records who did it, together with the job', async () => {
      const { jobId } = await jobs.dispatchByHand(
        { name: 'test.number', payload: { number: 1 } },
        context,
      );

      expect(bed.audit.events).toMatchObject([
        { resourceType: 'jobs', resourceId: jobId, action: 'job_dispatched' },
      ]);
      expect(bed.audit.events[0]?.context.actor).toEqual(context.actor);
      expect(bed.audit.events[0]?.context.transaction).toBeDefined();
    });
  });

  describe('register', () => {
    it('refuses a name that is taken', () => {
      expect(() => {
        jobs.register(numberJob(async () => {}));
      }).toThrow(InvalidJobDefinitionError);
    });

    it('leaves a payload schema that is none to be refused when it is needed', async () => {
      jobs.register({
        name: 'test.other',
        payloadSchema: { type: 'object', properties: { number: { type: 'nonsense' } } },
        run: async () => {},
      });

      const problem = 'its payload schema is no JSON schema';
      await expect(jobs.start()).rejects.toThrow(problem);
      const job = { name: 'test.other', payload: {} };
      await expect(jobs.dispatch(job, context)).rejects.toThrow(problem);
    });

    it('takes a job without a payload schema, which takes no payload', async () => {
      jobs.register({ name: 'test.plain', run: async () => {} });

      await jobs.dispatch({ name: 'test.plain', payload: {} }, context);
      await expect(
        jobs.dispatch({ name: 'test.plain', payload: { number: 1 } }, context),
      ).rejects.toThrow(InvalidJobPayloadError);
    });

    it('refuses a job once the worker runs', async () => {
      await jobs.start();

      expect(() => {
        jobs.register(numberJob(async () => {}, { name: 'test.late' }));
      }).toThrow('the worker runs already');
    });

    it("takes Ajv's own type of schema", async () => {
      const payloadSchema: JSONSchemaType<{ title: string; note?: string }> = {
        type: 'object',
        properties: { title: { type: 'string' }, note: { type: 'string', nullable: true } },
        required: ['title'],
      };
      jobs.register({ name: 'test.titled', payloadSchema, run: async () => {} });

      await expect(
        jobs.dispatch({ name: 'test.titled', payload: { title: 1 } }, context),
      ).rejects.toThrow('/title must be string');
    });
  });
});
