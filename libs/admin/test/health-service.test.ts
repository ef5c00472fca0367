import { HealthService } from '@org/admin';
import { FakeClock } from '@org/core/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { context } from './services.ts';

const MINUTE = 60_000;
const JOBS = { waiting: 1, running: 2, dead: 3, oldestWaitingMilliseconds: 0, healthCheckedAt: null };
const LISTENER = { kind: 'a', isHandled: true, failing: 1, oldestMilliseconds: 0 };

let clock: FakeClock;
let logins: Record<string, number>;
let readJobs: () => Promise<typeof JOBS>;
let health: HealthService;

beforeEach(() => {
  clock = new FakeClock();
  logins = {};
  readJobs = async () => JOBS;
  health = HealthService.create({
    clock,
    audit: { getEventCount: ({ action }) => logins[action] ?? 0 },
    events: {
      getStatistics: async () => [
        { ...LISTENER, waiting: 10, dead: 20 },
        { ...LISTENER, waiting: 100, dead: 200 },
      ],
    },
    jobs: { getQueueStatistics: () => readJobs() },
    notification: {
      getDeliveryStatistics: async () => ({
        queued: 1_000,
        dead: 2_000,
        oldestQueuedMilliseconds: null,
      }),
    },
    webhooks: {
      getStatistics: async () => ({ enabled: 1, failing: 2, disabled: 3, queuedDeliveries: 10_000 }),
    },
  });
});

describe(HealthService, () => {
  it('sums up what waits, and what was given up', async () => {
    expect(await health.getHealth(context)).toMatchObject({
      process: { pid: process.pid, startedAt: clock.now() },
      state: {
        jobs: { waiting: 1, running: 2, dead: 3 },
        events: { waiting: 110, failing: 2, dead: 220 },
        messages: { queued: 1_000, dead: 2_000 },
        webhooks: { queuedDeliveries: 10_000 },
      },
      minutes: [{ queued: 11_111, dead: 2_223 }],
    });
  });

  it('tells how long requests took, to 10 %', async () => {
    for (let milliseconds = 1; milliseconds <= 1_000; milliseconds += 1) {
      health.countRequest({ milliseconds, status: milliseconds % 100 === 0 ? 500 : 200 });
    }

    const { minutes } = await health.getHealth(context);
    const [minute] = minutes;

    expect(minute).toMatchObject({ requests: 1_000, serverErrors: 10 });
    for (const [name, exact] of [
      ['p50', 500],
      ['p95', 950],
      ['p99', 990],
    ] as const) {
      const told = minute?.latencyMilliseconds[name] ?? 0;
      expect(told / exact).toBeGreaterThanOrEqual(1);
      expect(told / exact).toBeLessThan(1.11);
    }
  });

  it.each([0, 0.01, 3_600_000])('counts a request of %d ms', async (milliseconds) => {
    health.countRequest({ milliseconds, status: 200 });

    const { minutes } = await health.getHealth(context);
    expect(minutes[0]?.latencyMilliseconds.p50).toBeGreaterThan(0);
  });

  it('counts log-ins since the minute began', async () => {
    logins = { authn_login_success: 5, authn_login_fail: 7 };
    clock.advance(MINUTE);
    await health.endMinute();
    logins = { authn_login_success: 6, authn_login_fail: 7 };

    const { minutes } = await health.getHealth(context);

    expect(minutes).toMatchObject([
      { logins: 5, failedLogins: 7, to: clock.now() },
      { logins: 1, failedLogins: 0, from: clock.now() },
    ]);
  });

  it('keeps a minute in which the queues could not be read', async () => {
    readJobs = async () => {
      throw new Error('MongoDB does not answer.');
    };
    health.countRequest({ milliseconds: 1, status: 503 });
    await health.endMinute();
    await expect(health.getHealth(context)).rejects.toThrow('MongoDB does not answer.');
    readJobs = async () => JOBS;

    const { minutes } = await health.getHealth(context);

    expect(minutes[0]).toMatchObject({ requests: 1, serverErrors: 1, queued: null, dead: null });
  });

  it('ends a minute every minute, until it is stopped', async () => {
    vi.useFakeTimers();
    health.start();
    health.start();
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    health.stop();
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    vi.useRealTimers();

    const { minutes } = await health.getHealth(context);

    expect(minutes).toHaveLength(3);
  });
});
