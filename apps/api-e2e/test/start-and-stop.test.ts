import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findFreePort, listen } from '@org/harness';
import { findMongod, startLocalMongod } from '@org/local-mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ada, get, post } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

let dataDirectory: string;
const programs: Program[] = [];

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'api-e2e-'));
});
afterEach(async () => {
  for (const program of programs.splice(0)) {
    await program.stop();
  }
  for (const pid of findProcesses(dataDirectory)) {
    process.kill(pid, 'SIGKILL');
  }
  await rm(dataDirectory, { recursive: true, force: true });
});

function start(how: 'run' | 'runByNpm', environment: Record<string, string> = {}): Program {
  const program = Program[how]({ DATA_DIR: dataDirectory, ...environment });
  programs.push(program);
  return program;
}

/** Processes with `text` among their arguments: the mongod of a data folder. */
function findProcesses(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readArguments(pid).includes(text))
    .map(Number);
}

function readArguments(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function findChildren(pid: number): number[] {
  const children = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child!);
  return [...children, ...children.flatMap(findChildren)];
}

describe('npm start', () => {
  it('runs on its own MongoDB, prints what to try, and ends with npm on SIGTERM', async () => {
    const program = start('runByNpm');
    const address = await program.ready();
    const processes = findChildren(program.pid);
    expect(await post(`${address}/api/accounts`, ada)).toMatchObject({ status: 201 });
    expect(program.output).toContain(`curl -s ${address}/api/accounts`);
    expect(program.output).toContain(`curl -s ${address}/api/access-tokens`);
    expect(findProcesses(dataDirectory)).toHaveLength(1);

    program.signal('SIGTERM');
    await program.exited();

    expect(findProcesses(dataDirectory)).toEqual([]);
    expect(processes.filter((pid) => readArguments(String(pid)) !== '')).toEqual([]);
  });

  it.each([
    ['Ctrl-C', 'SIGINT'],
    ["a service manager's SIGTERM", 'SIGTERM'],
  ] as const)('ends on %s, which reaches npm and the program alike', async (_what, signal) => {
    const program = start('runByNpm');
    await program.ready();

    program.signalGroup(signal);
    await program.exited();

    expect(program.output).not.toMatch(/failed|error/i);
    expect(findProcesses(dataDirectory)).toEqual([]);
  });
});

describe('the program', () => {
  it('keeps accounts, and tokens good, from one start to the next', async () => {
    const first = start('run');
    const firstAddress = await first.ready();
    await post(`${firstAddress}/api/accounts`, ada);
    const login = await post(`${firstAddress}/api/access-tokens`, ada);
    first.signal('SIGTERM');
    expect(await first.exited()).toBe(0);

    const address = await start('run').ready();

    const { account_id: id, token } = login.body as { account_id: string; token: string };
    expect(await get(`${address}/api/accounts/${id}`, token)).toMatchObject({
      status: 200,
      body: { username: 'ada' },
    });
  });

  it('starts again after it was killed, on the mongod that it left', async () => {
    const killed = start('run');
    const killedAddress = await killed.ready();
    expect(await post(`${killedAddress}/api/accounts`, ada)).toMatchObject({ status: 201 });
    killed.signal('SIGKILL');
    await killed.exited();

    const program = start('run');
    const address = await program.ready();

    expect(await post(`${address}/api/accounts`, ada)).toMatchObject({ status: 409 });
    await program.stop();
    expect(findProcesses(dataDirectory)).toEqual([]);
  });

  it('serves on and stops although nobody reads its output any more', async () => {
    const program = start('run', onThrowawayDatabase());
    const address = await program.ready();

    program.closeOutput();
    expect(await post(`${address}/api/accounts`, ada)).toMatchObject({ status: 201 });
    program.signal('SIGTERM');

    expect(await program.exited()).toBe(0);
  });

  it.runIf(process.platform === 'linux')(
    'serves on and stops although the disk of its log is full',
    async () => {
      const port = await findFreePort();
      const settings = { ...onThrowawayDatabase(), PORT: String(port), LOG_LEVEL: 'debug' };
      const program = Program.run(settings, '/dev/full');
      programs.push(program);
      const address = `http://127.0.0.1:${port}`;
      await expect
        .poll(() => get(`${address}/health/ready`).catch(() => undefined))
        .toMatchObject({ status: 200 });

      for (let index = 0; index < 100; index += 1) {
        expect(await get(`${address}/api/no-such-route`)).toMatchObject({ status: 404 });
      }
      expect(await post(`${address}/api/accounts`, ada)).toMatchObject({ status: 201 });
      program.signal('SIGTERM');

      expect(await program.exited()).toBe(0);
    },
  );

  it('stops while it is still starting', async () => {
    const program = start('run');
    await expect.poll(() => program.output).toMatch(/mongod/);

    program.signal('SIGTERM');

    expect(await program.exited()).toBe(0);
    expect(findProcesses(dataDirectory)).toEqual([]);
  });

  it('serves on after SIGTERM for as long as it is told, no longer ready, unless told twice', async () => {
    const program = start('run', { ...onThrowawayDatabase(), SHUTDOWN_DELAY: '1h' });
    const address = await program.ready();

    program.signal('SIGTERM');

    await expect.poll(() => get(`${address}/health/ready`)).toMatchObject({ status: 503 });
    expect(await post(`${address}/api/accounts`, ada)).toMatchObject({ status: 201 });
    program.signal('SIGINT');
    expect(await program.exited()).toBe(1);
  });

  it('says which port is taken', async () => {
    const server = createServer();
    const port = await listen(server);
    const program = start('run', { ...onThrowawayDatabase(), PORT: String(port) });

    expect(await program.exited()).toBe(1);

    expect(program.output).toContain(`Cannot listen on 127.0.0.1:${port} (EADDRINUSE)`);
    server.close();
  });

  it('says which setting is bad', async () => {
    const program = start('run', { ACCESS_TOKEN_TTL: 'long' });

    expect(await program.exited()).toBe(1);

    expect(program.output).toContain('ACCESS_TOKEN_TTL must be a duration');
  });

  it('says that the keys for push are none', async () => {
    const program = start('run', {
      ...onThrowawayDatabase(),
      VAPID_PUBLIC_KEY: 'x',
      VAPID_PRIVATE_KEY: 'x',
      VAPID_SUBJECT: 'mailto:ops@example.com',
    });

    expect(await program.exited()).toBe(1);

    expect(program.output).toMatch(/The settings are not usable:\s.*VAPID/i);
  });

  it('says what production needs', async () => {
    const program = start('run', { NODE_ENV: 'production' });

    expect(await program.exited()).toBe(1);

    expect(program.output).toContain('MONGODB_URI is required in production');
    expect(program.output).toContain('SECRET_KEY is required in production');
    expect(program.output).toContain('WEB_APP_URL is required in production');
    expect(program.output).toContain('EMAIL_PROVIDER is required in production');
    const lines = program.output.trim().split('\n');
    const levels = lines.map((line) => (JSON.parse(line) as { level: number }).level);
    expect(levels).toEqual([60, 30, 30]);
  });

  it('prints nothing but lines of its log in production, to the end', async () => {
    const program = start('run', {
      ...onThrowawayDatabase(),
      NODE_ENV: 'production',
      WEB_APP_URL: 'https://app.example.com',
      EMAIL_PROVIDER: 'smtp',
      EMAIL_FROM: 'no-reply@example.com',
      SMTP_URL: 'smtp://127.0.0.1:1',
    });
    const address = await program.ready();
    await program.stop();

    const lines = program.output.trim().split('\n');
    const told = lines.map((line) => JSON.parse(line) as { level: number; msg: string });
    expect(told).toMatchObject([
      { level: 30, msg: `The API is ready at ${address} (production)`, pid: program.pid },
      { level: 40, msg: 'Warning: SMS_PROVIDER is not set, so text messages are not sent.' },
      { level: 40, msg: 'Warning: RATE_LIMITS=off lifts every throttle.' },
      { level: 30, msg: 'Stopping.' },
      { level: 30, msg: 'Stopped.' },
    ]);
  });

  it('waits for MongoDB, says so without its password, and answers 503 meanwhile', async () => {
    const port = await findFreePort();
    const program = start('run', {
      MONGODB_URI: 'mongodb://root:hunter2@127.0.0.1:1/org',
      PORT: String(port),
      // What does not serve yet need not serve on.
      SHUTDOWN_DELAY: '1h',
    });
    await program.printed(/Trying again until it does/);

    const ready = await get(`http://127.0.0.1:${port}/health/ready`);
    const login = await post(`http://127.0.0.1:${port}/api/access-tokens`, ada);
    expect([ready.status, login.status]).toEqual([503, 503]);
    expect(login.body).toMatchObject({ code: 'SERVER_ERR_02', request_id: expect.any(String) });
    expect(await get(`http://127.0.0.1:${port}/health/live`)).toMatchObject({ status: 200 });
    expect(program.output).toContain('127.0.0.1:1');
    expect(program.output).not.toContain('hunter2');

    program.signal('SIGTERM');
    expect(await program.exited()).toBe(0);
  });

  it('serves when MongoDB comes later, and again after it was away', async () => {
    const options = { dataDirectory: join(dataDirectory, 'later') };
    const first = await startLocalMongod(options);
    await first.stop();
    const program = start('run', { MONGODB_URI: `${first.uri}&appName=later` });
    await program.printed(/Trying again until it does/);

    const second = await startLocalMongod(options);
    const address = await program.ready();
    expect(await post(`${address}/api/accounts`, ada)).toMatchObject({ status: 201 });

    await second.stop();
    expect(await post(`${address}/api/access-tokens`, ada)).toMatchObject({ status: 503 });
    const third = await startLocalMongod(options);
    const logIn = () => post(`${address}/api/access-tokens`, ada);
    await expect.poll(logIn).toMatchObject({ status: 201 });

    await program.stop();
    await third.stop();
  });

  it('says that a server alone cannot do transactions', async () => {
    const { path } = await findMongod({ dataDirectory });
    const port = await findFreePort();
    const words = ['--dbpath', dataDirectory, '--port', String(port), '--bind_ip', '127.0.0.1'];
    const mongod = spawn(path, words, { stdio: ['ignore', 'pipe', 'ignore'] });
    let log = '';
    mongod.stdout.setEncoding('utf8').on('data', (text: string) => (log += text));
    await expect.poll(() => log).toContain('Waiting for connections');

    const program = start('run', { MONGODB_URI: `mongodb://127.0.0.1:${port}/org` });

    expect(await program.exited()).toBe(1);
    expect(program.output).toContain('Start mongod with --replSet');
    mongod.kill('SIGKILL');
  });

  it('says that the signing key does not fit another secret key', async () => {
    const environment = onThrowawayDatabase();
    const first = start('run', environment);
    await first.ready();
    await first.stop();

    const program = start('run', {
      ...environment,
      SECRET_KEY: randomBytes(32).toString('base64'),
    });

    expect(await program.exited()).toBe(1);
    expect(program.output).toContain('cannot be decrypted with the configured secret key');
  });
});
