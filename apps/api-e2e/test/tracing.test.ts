import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { MailSink, readCode, SmsSink, TraceSink, type TakenSpan } from '@org/harness';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { get, patch, post } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

const run = promisify(execFile);
const launcher = join(import.meta.dirname, '../../admin-cli/bin/org-admin.js');
const environment = onThrowawayDatabase();
const mongodb = new MongoClient(environment.MONGODB_URI);

let mail: MailSink;
let sms: SmsSink;
let traces: TraceSink;
let server: Program;
let worker: Program;
let api: string;
let settings: Record<string, string>;

beforeAll(async () => {
  [mail, sms, traces] = await Promise.all([MailSink.open(), SmsSink.open(), TraceSink.open()]);
  settings = {
    ...environment,
    ...mail.settings,
    ...sms.settings,
    ...traces.settings,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=blue%20team',
    OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.2.0,deployment.environment.name=the%20lab',
    LOG_LEVEL: 'info',
  };
  server = Program.run({ ...settings, ROLE: 'api' });
  worker = Program.run({ ...settings, ROLE: 'worker' });
  api = `${await server.ready()}/api`;
});
afterAll(async () => {
  await Promise.all([server.stop(), worker.stop()]);
  await Promise.all([mail.close(), sms.close()]);
  traces.close();
  await mongodb.db().dropDatabase();
  await mongodb.close();
});

/** The first span that is so, once it has come. */
async function arrived(expected: Partial<TakenSpan>): Promise<TakenSpan> {
  const find = () =>
    traces.spans.find((span) =>
      Object.entries(expected).every(([key, value]) => span[key as keyof TakenSpan] === value),
    );
  await expect.poll(find).toBeDefined();
  return find()!;
}

/** Names of the spans right below one. */
function namesBelow({ spanId }: TakenSpan): readonly string[] {
  return traces.spans.filter(({ parentId }) => parentId === spanId).map(({ name }) => name);
}

async function signUp(email: string): Promise<Readonly<Record<string, unknown>>> {
  await post(`${api}/email-codes`, { email });
  const login = { email, email_code: await readCode(mail, email) };
  const answer = await post(`${api}/access-tokens`, login);
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
}

describe('traces', () => {
  it('lead from a sign-up in one process to the mail that another sends', async () => {
    await signUp('wilhelmina@example.org');

    const asked = await arrived({ name: 'POST /api/email-codes' });
    const { traceId } = asked;
    const sent = await arrived({ name: 'process notification_deliveries', traceId });
    const operation = await arrived({ name: 'createEmailCode', traceId });
    expect(asked).toMatchObject({ service: 'org-api', parentId: undefined, hasFailed: false });
    expect(operation).toMatchObject({ service: 'org-api', parentId: asked.spanId });
    expect(namesBelow(operation)).toContain('insert notification_deliveries');
    expect(sent).toMatchObject({ service: 'org-worker', parentId: operation.spanId });
    expect(sent.attributes).toMatchObject({ 'queue.kind': 'email' });
    expect(namesBelow(sent)).toContain('findAndModify notification_deliveries');
    console.log(traces.draw(traceId));

    const { resource } = asked;
    expect(resource).toMatchObject({
      'service.version': '1.2.0',
      'deployment.environment.name': 'the lab',
    });
    expect(resource['service.instance.id']).not.toBe(sent.resource['service.instance.id']);
  });

  it('lead from a sign-up to who hears of it', async () => {
    const { traceId } = await arrived({ name: 'POST /api/access-tokens' });
    const heard = await arrived({ name: 'process event_deliveries', traceId });

    expect(heard.service).toBe('org-worker');
    console.log(traces.draw(traceId));
  });

  it('lead from a command of an operator to the mail that a worker sends', async () => {
    const { account_id: id } = await signUp('hypatia@example.org');
    const words = ['accounts', 'send-reset', String(id), '--reason', 'ticket 4711'];
    await run(process.execPath, [launcher, ...words], { env: { ...process.env, ...settings } });

    const command = await arrived({ name: 'org-admin accounts send-reset' });
    const { traceId, spanId: parentId } = command;
    const sent = await arrived({ name: 'process notification_deliveries', traceId });
    expect(command).toMatchObject({ service: 'org-admin', parentId: undefined });
    expect(sent).toMatchObject({ service: 'org-worker', parentId });
  });

  it('go on from a traceparent, unless it asks for none', async () => {
    const asked = '0af7651916cd43dd8448eb211c80319c';
    const refused = '1af7651916cd43dd8448eb211c80319c';
    const headersOf = (trace: string, flags: string) => ({
      traceparent: `00-${trace}-b7ad6b7169203331-${flags}`,
    });
    await fetch(`${api}/no-such-route`, { headers: headersOf(refused, '00') });
    await fetch(`${api}/no-such-route`, { headers: headersOf(asked, '01') });
    await fetch(`${api}/no-such-route`, { headers: { traceparent: '00-x' } });

    expect(await arrived({ traceId: asked })).toMatchObject({
      name: 'GET unknown',
      parentId: 'b7ad6b7169203331',
      attributes: { 'http.response.status_code': 404 },
    });
    expect(traces.spans.filter(({ traceId }) => traceId === refused)).toEqual([]);
  });

  it('are named in the log', async () => {
    const { traceId } = await arrived({ name: 'POST /api/email-codes' });
    const linesOf = () => server.output.split('\n').filter((line) => line.includes(traceId));

    await expect.poll(linesOf).toContainEqual(expect.stringContaining('request completed'));
    expect(JSON.parse(linesOf()[0]!)).toMatchObject({ trace_id: traceId });
  });

  it('show what failed, though it is tried again', async () => {
    mail.behave('fail');
    await post(`${api}/email-codes`, { email: 'grace@example.org' });

    const failed = await arrived({ name: 'process notification_deliveries', hasFailed: true });
    mail.behave('accept');

    expect(failed.attributes).toMatchObject({ 'error.type': 'DeliveryFailed' });
    expect(await mail.received('grace@example.org')).toBeDefined();
    const { traceId } = failed;
    await arrived({ name: 'process notification_deliveries', traceId, hasFailed: false });
  });

  it('hold nothing of a person, no secret and no command', async () => {
    const secrets = await useEverything();
    await arrived({ name: 'PATCH /api/accounts/:account_id' });
    await arrived({ name: 'POST /api/accounts/:account_id/tasks' });
    const stored = await mongodb.db().collection('sessions').find().toArray();
    const ids = [...stored.map(({ _id }) => String(_id)), ...(await idsOfTokens())];
    // What was sent last.
    const traceId = '2af7651916cd43dd8448eb211c80319c';
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
    await fetch(`${api}/no-such-route`, { headers: { traceparent } });
    await arrived({ traceId });

    expect(ids.length).toBeGreaterThan(2);
    const found = [...secrets, ...ids].filter((secret) => traces.sent.includes(secret));
    expect(found).toEqual([]);
    const keys = new Set(traces.spans.flatMap(({ attributes }) => Object.keys(attributes)));
    expect([...keys].toSorted()).toEqual([
      'db.collection.name',
      'db.operation.name',
      'db.system.name',
      'error.type',
      'http.request.method',
      'http.response.status_code',
      'http.route',
      'messaging.destination.name',
      'messaging.operation.type',
      'queue.kind',
    ]);
  });

  it('have the headers of the settings, and their outage is told once', async () => {
    expect(traces.sent).toContain('"x-tenant":"blue team"');
    traces.status = 400;
    const told = () => server.output.match(/Traces cannot be sent/g) ?? [];
    await get(`${api}/no-such-route`);
    await expect.poll(told).toHaveLength(1);

    expect(await get(`${api}/no-such-route`)).toMatchObject({ status: 404 });
    traces.status = 200;
    await expect
      .poll(async () => {
        await get(`${api}/no-such-route`);
        return server.output;
      })
      .toContain('Traces are sent again');
    expect(told()).toHaveLength(1);
  });
});

async function idsOfTokens(): Promise<readonly string[]> {
  const names = ['password_reset_tokens', 'email_codes', 'otps', 'accounts', 'tasks'];
  const found = await Promise.all(
    names.map((name) => mongodb.db().collection(name).find().toArray()),
  );
  return found.flat().map(({ _id }) => String(_id));
}

/** Does what names people, and fails; returns what must not be seen. */
async function useEverything(): Promise<readonly string[]> {
  const phone = { country_code: '+49', phone_number: '15123456789' };
  const user = {
    ...{ first_name: 'Quintessa', last_name: 'Abernathy', username: 'quintessa@example.org' },
    password: 'orchid-mechanism-2041',
  };
  await post(`${api}/accounts`, user);
  await post(`${api}/accounts`, user);
  const wrong = { ...user, password: 'thistle-mechanism-2041' };
  await post(`${api}/access-tokens`, wrong);
  const login = (await post(`${api}/access-tokens`, user)).body as Record<string, string>;
  const { account_id: id, token = '', refresh_token: refreshToken = '' } = login;
  await patch(`${api}/accounts/${id}`, { first_name: 'Peregrine' }, token);
  await post(`${api}/accounts/${id}/tasks`, { title: 'Buy marzipan', description: 'x' }, token);
  await get(`${api}/accounts/${id}?search=zanzibar`, token);
  await post(`${api}/password-reset-tokens`, { username: user.username });
  await mail.received(user.username);
  await post(`${api}/accounts`, { phone_number: phone });
  const code = await readCode(sms, `${phone.country_code}${phone.phone_number}`);
  await post(`${api}/access-tokens`, { phone_number: phone, otp_code: code });
  return [
    ...Object.values(user),
    ...[wrong.password, 'Peregrine', 'marzipan', 'zanzibar', phone.phone_number, `"${code}"`],
    ...[token, refreshToken, 'wilhelmina', 'grace@', 'first_name', 'hashed_password', '$set'],
  ];
}
