import { hostname } from 'node:os';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { post } from '../client.ts';
import { AdminDesk, reason } from './admin-desk.ts';

const MINUTE = 60_000;

interface Minute {
  readonly from: string;
  readonly to: string;
}

let desk: AdminDesk;

beforeAll(async () => {
  desk = await AdminDesk.start();
});
afterAll(() => desk.close());

describe('the health of the program', () => {
  it('says what waits, and what the process did since the minute began', async () => {
    const { username, password } = await desk.person();
    await desk.test.backend.health.endMinute();
    await post(`${desk.api}/access-tokens`, { username, password });
    await post(`${desk.api}/access-tokens`, { username, password: 'not the password' });
    await desk.post('/admin/jobs/jobs.health-check/run', { reason });

    const { status, body } = await desk.get('/admin/health');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      process: {
        host: hostname(),
        pid: process.pid,
        started_at: expect.any(String) as string,
      },
      state: {
        jobs: { waiting: expect.any(Number) as number, running: 0, dead: 0 },
        worker_seen_at: null,
        events: { waiting: expect.any(Number) as number, failing: 0, dead: 0 },
        messages: { queued: expect.any(Number) as number, dead: 0 },
        webhooks: { queued: 0, enabled: 0, failing: 0, disabled: 0 },
      },
    });
    const { jobs } = body['state'] as { jobs: { waiting: number } };
    expect(jobs.waiting).toBeGreaterThan(0);
    const minutes = body['minutes'] as Minute[];
    expect(minutes.at(-1)).toEqual({
      from: desk.test.clock.now().toISOString(),
      to: desk.test.clock.now().toISOString(),
      requests: 3,
      server_errors: 0,
      latency_milliseconds: {
        p50: expect.any(Number) as number,
        p95: expect.any(Number) as number,
        p99: expect.any(Number) as number,
      },
      logins: 1,
      failed_logins: 1,
      queued: expect.any(Number) as number,
      dead: 0,
    });
  });

  it('keeps the minutes of an hour', async () => {
    for (let minute = 0; minute < 70; minute += 1) {
      desk.test.clock.advance(MINUTE);
      await desk.test.backend.health.endMinute();
    }

    // A session does not live that long.
    const { headers } = await desk.test.logIn(desk.admin);
    const response = await fetch(`${desk.api}/admin/health`, { headers });
    const { minutes } = (await response.json()) as { minutes: readonly Minute[] };

    expect(minutes).toHaveLength(61);
    const lengths = minutes.map(({ from, to }) => Date.parse(to) - Date.parse(from));
    expect(lengths).toEqual([...Array.from({ length: 60 }, () => MINUTE), 0]);
    expect(minutes[0]).toMatchObject({
      requests: 0,
      latency_milliseconds: { p50: null, p95: null, p99: null },
    });
  });
});
