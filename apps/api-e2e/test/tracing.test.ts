import { MailSink, readCode, TraceSink, type TakenSpan } from '@org/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ada, get, patch, post, send } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

const parentTrace = '0af7651916cd43dd8448eb211c80319c';
const password = 'analytical-engine-1843';
const person = {
  first_name: 'Wilhelmina',
  last_name: 'Quackenbush',
  username: 'wilhelmina@example.org',
  password,
};
const number = { country_code: '+49', phone_number: '15123456789' };

let mail: MailSink;
let traces: TraceSink;
let programs: readonly Program[];
let api: string;

beforeAll(async () => {
  [mail, traces] = await Promise.all([MailSink.open(), TraceSink.open()]);
  const environment = {
    ...onThrowawayDatabase(),
    ...mail.settings,
    ...traces.settings,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=blue%20team',
    LOG_LEVEL: 'info',
  };
  const [first] = (programs = [
    Program.run({ ...environment, ROLE: 'api' }),
    Program.run({ ...environment, ROLE: 'worker', METRICS_PORT: '0' }),
  ]);
  api = `${await first!.ready()}/api`;
}, 120_000);
afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop()));
  await mail.close();
  traces.close();
});

function find(matches: Partial<TakenSpan>): TakenSpan | undefined {
  return traces.spans.find((span) =>
    Object.entries(matches).every(([key, value]) => span[key as keyof TakenSpan] === value),
  );
}

async function arrived(matches: Partial<TakenSpan>): Promise<TakenSpan> {
  await expect.poll(() => find(matches), { timeout: 30_000 }).toBeDefined();
  return find(matches)!;
}

describe('traces', { timeout: 120_000 }, () => {
  it('lead from a sign-up in one process to the mail that another sends', async () => {
    const { username: email } = person;
    expect(await post(`${api}/email-codes`, { email })).toMatchObject({ status: 201 });
    const email_code = await readCode(mail, email);
    const login = await post(`${api}/access-tokens`, { email, email_code });
    expect(login.status).toBe(201);
    await new Promise(r=>setTimeout(r,4000));

    const request = await arrived({ name: 'POST /api/email-codes' });
    const delivery = await arrived({
      name: 'process notification_deliveries',
      traceId: request.traceId,
    });
    for (const id of new Set(traces.spans.map(s=>s.traceId))) console.log(traces.draw(id));
    console.log(traces.draw(request.traceId));
    expect(request).toMatchObject({ service: 'org-api', parentId: undefined, hasFailed: false });
    expect(delivery).toMatchObject({ service: 'org-worker', parentId: request.spanId });
  });
});
