import { AuditService } from '@org/audit';
import { OperationContext, ServiceUnavailableError } from '@org/core';
import { createThrowawayDatabase, FakeClock, type ThrowawayDatabase } from '@org/core/testing';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  vi,
} from 'vitest';

import { account, context } from './context.ts';

const MINUTE = 60_000;
const source = '192.0.2.1';
const failedLogin = {
  resourceType: 'accounts',
  resourceId: '64b00000000000000000000a',
  action: 'authn_login_fail',
  outcome: 'failure',
  changes: { username: { old: null, new: 'ada' } },
} as const;
const anonymous = OperationContext.anonymous('request-1', source);

let clock: FakeClock;
let throwaway: ThrowawayDatabase;
let audit: AuditService;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
});
beforeEach(async () => {
  clock = new FakeClock();
  audit = AuditService.create({ database: throwaway.database, clock });
  await audit.initialize();
  await records().deleteMany({});
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(async () => {
  await throwaway.remove();
});

function records() {
  return throwaway.database.collection('audit_log');
}

function counted() {
  return records()
    .find({ count: { $exists: true } })
    .toArray();
}

async function fail(times: number, from = source): Promise<void> {
  await Promise.all(
    Array.from({ length: times }, () => audit.recordFromSource(failedLogin, from, anonymous)),
  );
}

describe('a flood from one source', () => {
  it('is recorded one by one five times, then counted', async () => {
    await fail(100);

    const stored = await records().find().toArray();
    expect(stored).toHaveLength(5);
    expect(stored[0]).toMatchObject({
      action: 'authn_login_fail',
      outcome: 'failure',
      resource_id: failedLogin.resourceId,
      source,
      changes: failedLogin.changes,
    });
    expect(audit.getBufferStatistics()).toEqual({ events: 95, keys: 1 });
  });

  it('is counted for metrics, each of its events', async () => {
    const before = audit.getEventCount(failedLogin);
    await fail(7);
    await audit.record([failedLogin], anonymous);

    expect(audit.getEventCount(failedLogin) - before).toBe(8);
    expect(audit.getEventCount({ resourceType: 'sessions', action: failedLogin.action })).toBe(0);
  });

  it('is recorded as one with the next event after its window', async () => {
    await fail(7);
    clock.advance(10_000);
    await fail(1);
    clock.advance(50_000);
    await audit.recordFromSource(failedLogin, '192.0.2.2', anonymous);

    expect(await counted()).toMatchObject([
      {
        action: 'authn_login_fail',
        outcome: 'failure',
        resource_type: 'accounts',
        resource_id: failedLogin.resourceId,
        actor_type: 'anonymous',
        actor_id: null,
        changes: {},
        source,
        count: 3,
        counted_since: new Date('2026-01-01T00:00:00.000Z'),
        timestamp: new Date('2026-01-01T00:00:10.000Z'),
      },
    ]);
    expect(audit.getBufferStatistics()).toEqual({ events: 0, keys: 1 });
  });

  it('is recorded one by one again in the next window', async () => {
    await fail(6);
    clock.advance(MINUTE);
    await fail(6);

    expect(await records().countDocuments({ count: { $exists: false } })).toBe(10);
    expect((await counted()).map(({ count }) => count as number)).toEqual([1]);
    expect(audit.getBufferStatistics().events).toBe(1);
  });

  it('does not hide events of another source, action or outcome', async () => {
    await fail(6);
    await fail(1, '192.0.2.2');
    await audit.recordFromSource({ ...failedLogin, action: 'authz_fail' }, source, anonymous);
    await audit.recordFromSource({ ...failedLogin, outcome: 'denied' }, source, anonymous);

    expect(await records().countDocuments()).toBe(8);
    expect(audit.getBufferStatistics()).toEqual({ events: 1, keys: 4 });
  });

  it('is one flood from anywhere in an IPv6 network of 64 bits', async () => {
    for (let host = 1; host <= 9; host += 1) {
      await fail(1, `2001:db8:1:2::${host}`);
    }
    await fail(1, '::ffff:192.0.2.1');
    await fail(1, '192.0.2.1');
    await audit.close();

    expect(await records().countDocuments({ count: { $exists: false } })).toBe(7);
    expect(await counted()).toMatchObject([{ source: '2001:db8:1:2::/64', count: 4 }]);
  });

  it('is counted by the names that it is about, as far as they are few', async () => {
    for (let index = 0; index < 100; index += 1) {
      const subjectDigest = index % 2 === 0 ? 'ada' : `name-${index}`;
      await audit.recordFromSource({ ...failedLogin, subjectDigest }, source, anonymous);
    }
    await audit.close();

    const written = await counted();
    expect(written).toHaveLength(21);
    expect(written.find((record) => record['subject_digest'] === 'ada')).toMatchObject({
      count: 47,
    });
    expect(written.reduce((sum, { count }) => sum + (count as number), 0)).toBe(95);
    expect(written.filter((record) => !('subject_digest' in record))).toHaveLength(1);
  });

  it('loses a name that is forgotten while it is counted', async () => {
    const from = clock.now();
    for (const subjectDigest of ['ada', 'grace']) {
      for (let index = 0; index < 10; index += 1) {
        await audit.recordFromSource({ ...failedLogin, subjectDigest }, source, anonymous);
      }
    }

    await audit.forgetSubject({ subjectDigest: 'ada', from, to: clock.now() }, anonymous);
    const before = { from: new Date(0), to: new Date(from.getTime() - 1) };
    await audit.forgetSubject({ subjectDigest: 'grace', ...before }, anonymous);
    await audit.close();

    expect((await counted()).map(({ subject_digest: digest, count }) => [digest, count])).toEqual(
      expect.arrayContaining([
        [undefined, 5],
        ['grace', 10],
      ]),
    );
    expect(await records().countDocuments({ subject_digest: 'ada' })).toBe(0);
  });

  it('names nobody and nothing in particular where actors and resources differ', async () => {
    await fail(6);
    await audit.recordFromSource(
      { ...failedLogin, resourceId: '64b00000000000000000000b' },
      source,
      context,
    );
    await audit.close();

    expect(await counted()).toMatchObject([
      { resource_type: 'accounts', resource_id: '', actor_type: 'anonymous', count: 2 },
    ]);
  });

  it('keeps the actor and the resource that all have in common', async () => {
    for (let time = 0; time < 8; time += 1) {
      await audit.recordFromSource({ ...failedLogin, action: 'authz_fail' }, source, context);
    }
    await audit.close();

    expect(await counted()).toMatchObject([
      {
        actor_type: 'account',
        actor_id: account.id,
        resource_id: failedLogin.resourceId,
        count: 3,
      },
    ]);
  });

  it('is recorded when the service closes', async () => {
    await fail(9);
    await audit.close();

    expect((await counted()).map(({ count }) => count as number)).toEqual([4]);
    expect(audit.getBufferStatistics()).toEqual({ events: 0, keys: 0 });
  });

  it('outlives the transaction that it aborted', async () => {
    const aborting = throwaway.database.withTransaction(anonymous, async (transaction) => {
      await audit.recordFromSource(failedLogin, source, transaction);
      throw new Error('wrong password');
    });

    await expect(aborting).rejects.toThrow('wrong password');
    expect(await records().countDocuments()).toBe(1);
  });

  it('from very many sources is written before memory runs full', async () => {
    audit = AuditService.create({
      database: throwaway.database,
      clock,
      settings: { maximumWatchedSources: 3, recordedPerSourceWindow: 1 },
    });
    await fail(2, 'a');
    await fail(2, 'b');
    await fail(2, 'c');
    expect(audit.getBufferStatistics()).toEqual({ events: 3, keys: 3 });

    await fail(2, 'c');
    expect(await counted()).toHaveLength(0);

    await fail(1, 'd');
    expect(audit.getBufferStatistics()).toEqual({ events: 0, keys: 1 });
    const written = await counted();
    expect(written.map(({ source, count }) => [source, count] as unknown)).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 3],
    ]);
  });

  it('stays counted when it cannot be recorded', async () => {
    await fail(8);
    const failure = new ServiceUnavailableError();
    const run = vi.spyOn(throwaway.database, 'runIn').mockRejectedValueOnce(failure);
    await expect(audit.close()).rejects.toThrow(failure);
    expect(run).toHaveBeenCalledOnce();
    expect(audit.getBufferStatistics()).toEqual({ events: 3, keys: 1 });

    await fail(1);
    await audit.close();

    expect((await counted()).map(({ count }) => count as number)).toEqual([4]);
  });

  describe('with periodic flushing', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('is recorded without a further event', async () => {
      audit.startFlushing();
      audit.startFlushing();
      await fail(6);

      vi.advanceTimersByTime(MINUTE);
      expect(audit.getBufferStatistics().events).toBe(1);
      clock.advance(MINUTE);
      vi.advanceTimersByTime(MINUTE);
      await expect.poll(counted).toHaveLength(1);

      expect(vi.getTimerCount()).toBe(1);
      await audit.close();
      expect(vi.getTimerCount()).toBe(0);
    });

    it('tries again what could not be recorded', async () => {
      audit.startFlushing();
      await fail(6);
      clock.advance(MINUTE);
      vi.spyOn(throwaway.database, 'runIn').mockRejectedValueOnce(new ServiceUnavailableError());
      vi.advanceTimersByTime(MINUTE);
      await expect.poll(() => audit.getBufferStatistics().events).toBe(1);

      vi.advanceTimersByTime(MINUTE);
      await expect.poll(counted).toHaveLength(1);
      await audit.close();
    });
  });
});
