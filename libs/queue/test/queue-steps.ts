import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import {
  Queue,
  type FailedQueueAttempt,
  type NewQueueRow,
  type QueueHandler,
  type QueueSettings,
} from '@org/queue';
import { inject, onTestFinished } from 'vitest';

export const KIND = 'test';
export const MINUTE = 60_000;

export let throwaway: ThrowawayDatabase;
export let clock: FakeClock;
export let audit: RecordingAuditTrail;
export let errors: unknown[];
/** Of the errors: the attempt and its row's payload. */
export let failures: { readonly attempt?: FailedQueueAttempt; readonly payload?: object }[];

/** A new database for each test. */
export async function setUp(): Promise<void> {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  onTestFinished(() => throwaway.remove());
  clock = new FakeClock();
  audit = new RecordingAuditTrail();
  errors = [];
  failures = [];
  await createQueue().initialize();
}

/** The queue as another process would have it. Stopped when the test ends. */
export function createQueue(
  handle?: QueueHandler['handle'],
  options: Partial<QueueHandler> = {},
  settings: QueueSettings = {},
): Queue {
  const queue = Queue.create({
    database: throwaway.database,
    audit,
    collectionName: 'test_queue',
    clock,
    settings: { pollIntervalMilliseconds: 20, stopGraceMilliseconds: 0, ...settings },
    onError: (error, attempt, payload) => {
      errors.push(error);
      failures.push({ ...(attempt && { attempt }), ...(payload && { payload }) });
    },
  });
  if (handle !== undefined) {
    queue.handle({ kind: KIND, handle, ...options });
  }
  onTestFinished(() => queue.stop());
  return queue;
}

export function rows() {
  return throwaway.database.collection('test_queue');
}

export function effects() {
  return throwaway.database.collection('effects');
}

/** Stores an effect in the run's transaction. */
export const storeEffect: QueueHandler['handle'] = async (payload, { context }) => {
  await throwaway.database.runIn(context, (session) =>
    effects().insertOne({ ...payload }, session),
  );
};

export function row(number: number, options: Partial<NewQueueRow> = {}): NewQueueRow {
  return { kind: KIND, payload: { number }, ...options };
}
