import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';

import { afterEach, describe, expect, it } from 'vitest';

import { ada, post } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

const user = { ...ada, password: 'difference-engine-1822' };
/** Far more than are hashed at a time: when one is answered, others are being hashed. */
const PARALLEL = 24;
const STARTED = /Passwords are hashed by process (\d+)/g;

let program: Program;
let api: string;

afterEach(() => program.stop());

async function start(environment: Record<string, string> = {}): Promise<void> {
  program = Program.run({ ...onThrowawayDatabase(), LOG_LEVEL: 'debug', ...environment });
  api = `${await program.ready()}/api`;
  expect(await post(`${api}/accounts`, user)).toMatchObject({ status: 201 });
}

function logInManyTimes(): readonly Promise<number>[] {
  const logIn = async () => (await post(`${api}/access-tokens`, user)).status;
  return Array.from({ length: PARALLEL }, logIn);
}

/** Processes that have hashed passwords, in the order in which they were started. */
function started(): readonly number[] {
  return [...program.output.matchAll(STARTED)].map(([, pid]) => Number(pid));
}

function childrenOf(pid: number): readonly number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return listed === '' ? [] : listed.split(' ').map(Number);
}

/** Until it is logged, which is once a second. */
async function untilStarted(count: number): Promise<number> {
  await expect
    .poll(async () => {
      await post(`${api}/access-tokens`, user);
      return started().length;
    })
    .toBe(count);
  return started().at(-1)!;
}

describe.runIf(process.platform === 'linux')('the process that hashes passwords', () => {
  it('has a lower priority, and is replaced after a crash that no request notices', async () => {
    await start();
    const pid = await untilStarted(1);
    expect(childrenOf(program.pid)).toEqual([pid]);
    expect(getPriority(pid)).toBe(Math.min(getPriority(program.pid) + 10, 19));

    const answers = logInManyTimes();
    await Promise.race(answers);
    process.kill(pid, 'SIGKILL');

    expect(new Set(await Promise.all(answers))).toEqual(new Set([201]));
    await program.printed(/The process that hashes passwords ended \(SIGKILL\)/);
    const next = await untilStarted(2);
    expect(childrenOf(program.pid)).toEqual([next]);
  });

  it('ends with the program, not before it, when both are told to stop', async () => {
    await start();
    const pid = await untilStarted(1);
    const answers = logInManyTimes();
    await Promise.race(answers);

    process.kill(pid, 'SIGTERM');
    program.signal('SIGTERM');

    // Those that came too late find nobody.
    const settled = await Promise.allSettled(answers);
    const statuses = settled.map((each) => (each.status === 'fulfilled' ? each.value : 503));
    expect(statuses).toContain(201);
    expect(statuses.filter((status) => status !== 201 && status !== 503)).toEqual([]);
    expect(await program.exited()).toBe(0);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(program.output).not.toContain('The process that hashes passwords ended');
  });

  it('is not started where it is off', async () => {
    await start({ PASSWORD_HASHING_PROCESS: 'off' });

    expect(new Set(await Promise.all(logInManyTimes()))).toEqual(new Set([201]));
    expect(childrenOf(program.pid)).toEqual([]);
  });
});
