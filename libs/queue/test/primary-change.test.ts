import { startThrowawayReplicaSet } from '@org/local-mongodb';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { QueueTestBed } from './services.ts';

const HOUR = 3_600_000;
const LEASE = 30_000;
/** It takes two seconds; the machine may be busy. */
const ELECTION_LIMIT = 60_000;

let reports: number;

/** Counts what change streams report to workers. */
function countReports({ repository }: QueueTestBed): void {
  reports = 0;
  const watch = repository.watch.bind(repository);
  repository.watch = (listener) =>
    watch({
      onBreak: (error) => listener.onBreak(error),
      onOpen: () => listener.onOpen(),
      onInsert: () => {
        reports += 1;
        listener.onInsert();
      },
    });
}

describe('after a change of the primary', () => {
  it('the change stream resumes: a new row wakes its worker, without polling', async () => {
    const set = await startThrowawayReplicaSet();
    onTestFinished(() => set.stop());
    const bed = await QueueTestBed.create(set.uri);
    countReports(bed);
    // The hours between polls are the test's.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const isReported = async () => {
      await bed.add();
      return reports > 0;
    };
    bed.createWorker({ pollIntervalMilliseconds: HOUR, leaseMilliseconds: LEASE }).start();
    await expect.poll(isReported).toBe(true);

    await set.killPrimary();
    reports = 0;
    await expect
      .poll(
        () => {
          // A poll replaces a stream that broke, also one that was opened before the election.
          vi.advanceTimersByTime(HOUR);
          return isReported();
        },
        { timeout: ELECTION_LIMIT },
      )
      .toBe(true);
    await expect
      .poll(() => {
        // A row whose claim was stored, but not answered, is free when its lease ends.
        bed.clock.advance(LEASE);
        vi.advanceTimersByTime(HOUR);
        return bed.rows.countDocuments({ status: 'queued' });
      })
      .toBe(0);

    reports = 0;
    const number = await bed.add();
    await expect.poll(() => bed.rows.countDocuments({ number, status: 'done' })).toBe(1);
    await expect.poll(() => reports).toBeGreaterThan(0);
  }, 150_000);
});
