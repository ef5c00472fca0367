import { AsyncLocalStorage } from 'node:async_hooks';

import { OperationContext, type NewSpan, type Tracing } from '@org/core';
import {
  createThrowawayDatabase,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { NotRetryableError, Queue } from '@org/queue';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

const context = OperationContext.anonymous('request-1');
const REQUEST = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const WORK = '00-0af7651916cd43dd8448eb211c80319c-c8be7c827a314442-01';

/** Within a span, `traceparent` is that of the span. */
class RecordingTracing implements Tracing {
  readonly spans: (NewSpan & { failure?: unknown })[] = [];
  readonly #open = new AsyncLocalStorage<string>();

  currentTraceparent(): string | undefined {
    return this.#open.getStore();
  }

  run<Result>(span: NewSpan, work: () => Promise<Result>): Promise<Result> {
    this.spans.push({ ...span });
    return this.#open.run(WORK, work);
  }

  fail(error: unknown): void {
    this.spans.at(-1)!.failure = error;
  }

  within<Result>(traceparent: string, work: () => Promise<Result>): Promise<Result> {
    return this.#open.run(traceparent, work);
  }
}

let tracing: RecordingTracing;
let throwaway: ThrowawayDatabase;
let queue: Queue;

beforeEach(async () => {
  tracing = new RecordingTracing();
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), tracing });
  const { database } = throwaway;
  queue = Queue.create({ database, audit: new RecordingAuditTrail(), collectionName: 'rows' });
  await queue.initialize();
});
afterEach(() => throwaway.remove());

const rows = () => throwaway.database.collection('rows');

describe('a row', () => {
  it('is worked on in the trace that stored it, and so is what that adds', async () => {
    queue.handle({
      kind: 'first',
      handle: async (_payload, run) => {
        await queue.add({ kind: 'second', payload: {} }, run.context);
      },
    });
    queue.handle({ kind: 'second', handle: () => Promise.resolve() });
    await tracing.within(REQUEST, () => queue.add({ kind: 'first', payload: {} }, context));

    await queue.drain();

    expect(tracing.spans).toEqual([
      {
        name: 'process rows',
        traceparent: REQUEST,
        attributes: {
          'messaging.destination.name': 'rows',
          'messaging.operation.type': 'process',
          'queue.kind': 'first',
        },
      },
      expect.objectContaining({ traceparent: WORK }),
    ]);
  });

  it('has nothing of a trace where nothing is traced', async () => {
    await queue.add({ kind: 'a', payload: {} }, context);

    expect(await rows().findOne()).not.toHaveProperty('traceparent');
  });

  it('is worked on whatever another program stored as its trace', async () => {
    queue.handle({ kind: 'a', handle: () => Promise.resolve() });
    await queue.add({ kind: 'a', payload: {} }, context);
    await rows().updateOne({}, { $set: { traceparent: 7 } });

    await queue.drain();

    expect(await rows().countDocuments()).toBe(0);
    expect(tracing.spans).toMatchObject([{ traceparent: undefined }]);
  });

  it('shows in the trace that it failed', async () => {
    const failure = new NotRetryableError('no');
    queue.handle({ kind: 'a', handle: () => Promise.reject(failure) });
    await queue.add({ kind: 'a', payload: {} }, context);

    await queue.drain();

    expect(tracing.spans).toMatchObject([{ failure }]);
  });
});
