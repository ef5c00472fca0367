import { findFreePort, SmsSink } from '@org/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { get, post } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

const environment = onThrowawayDatabase();
const phoneNumber = { country_code: '+91', phone_number: '9999999999' };
let sms: SmsSink;
let program: Program;
let api: string;

beforeAll(async () => {
  sms = await SmsSink.open();
  program = Program.run({ ...environment, ...sms.settings, ROLE: 'api' });
  api = `${await program.ready()}/api`;
});
afterAll(async () => {
  await program.stop();
  await sms.close();
});

describe('a worker', () => {
  it('delivers what an API process accepted, tells its health and metrics, and ends on SIGTERM', async () => {
    expect(await post(`${api}/accounts`, { phone_number: phoneNumber })).toMatchObject({
      status: 201,
    });
    expect(sms.taken).toEqual([]);

    const port = await findFreePort();
    const settings = { ...environment, ...sms.settings, ROLE: 'worker' };
    const worker = Program.run({ ...settings, METRICS_PORT: String(port) });
    await worker.printed(/The worker is ready/);

    await expect.poll(() => sms.taken).toHaveLength(1);
    const watched = `http://127.0.0.1:${port}`;
    expect(await get(`${watched}/health/ready`)).toMatchObject({ status: 200 });
    const metrics = (await get(`${watched}/metrics`)).body['text'] as string;
    for (const name of [
      'nodejs_eventloop_lag_seconds',
      'mongodb_pool_connections',
      'jobs{state="dead"} 0',
      'notification_deliveries{state="queued"} 0',
      'notification_oldest_queued_seconds 0',
      'audit_buffered_events 0',
    ]) {
      expect(metrics).toContain(name);
    }

    worker.signal('SIGTERM');
    expect(await worker.exited()).toBe(0);
  });
});
