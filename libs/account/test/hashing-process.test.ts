import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

import * as argon2 from 'argon2';
import { ServiceUnavailableError, type Clock } from '@org/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { PasswordHashing } from '../src/types.ts';
import { HashingProcess } from '../src/internal/password/hashing-process.ts';
import { PasswordHasher } from '../src/internal/password/password-hasher.ts';

vi.mock('argon2', { spy: true });

const CHEAP = { memoryKibibytes: 8, iterations: 1 };

/** Of this process; those that have ended and were not waited for are among them. */
function childrenOf(pid: number): readonly number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return listed === '' ? [] : listed.split(' ').map(Number);
}

function hasEnded(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}

describe.runIf(process.platform === 'linux')('a hasher with a process of its own', () => {
  const others = childrenOf(process.pid);
  const warnings: string[] = [];
  const pids: number[] = [];
  let started: number;
  let milliseconds: number;
  let hasher: PasswordHasher;

  const clock: Clock = { now: () => new Date(), monotonicMilliseconds: () => milliseconds };

  function makeHasher(more: PasswordHashing = {}): PasswordHasher {
    return new PasswordHasher({ ...CHEAP, usesChildProcess: true, ...more }, undefined, {
      clock,
      onDebug: (message) => pids.push(Number(/process (\d+)/.exec(message)?.[1])),
      onWarning: (message) => warnings.push(message),
    });
  }

  /** @returns its id */
  async function untilStarted(): Promise<number> {
    await hasher.hash('secret');
    await expect.poll(() => pids.length).toBe(started + 1);
    started += 1;
    vi.clearAllMocks();
    return pids.at(-1)!;
  }

  beforeEach(() => {
    started = 0;
    milliseconds = 0;
    hasher = makeHasher();
  });

  afterEach(async () => {
    await hasher.close();
    expect(childrenOf(process.pid)).toEqual(others);
    warnings.length = 0;
    pids.length = 0;
  });

  it('hashes and compares there, and here until it has started', async () => {
    const hashed = await hasher.hash('secret');
    expect(argon2.hash).toHaveBeenCalledTimes(1);
    await untilStarted();

    expect(await hasher.compare('secret', hashed)).toBe(true);
    expect(await hasher.compare('wrong', hashed)).toBe(false);
    expect(await hasher.compare('secret', await hasher.hash('secret'))).toBe(true);
    // Parameters that do not go together.
    expect(await hasher.compare('secret', hashed.replace('p=1', 'p=16'))).toBe(false);
    const odd = 'lone surrogate \ud800';
    expect(await new PasswordHasher(CHEAP).compare(odd, await hasher.hash(odd))).toBe(true);
    expect(argon2.hash).not.toHaveBeenCalled();
    expect(argon2.verify).toHaveBeenCalledTimes(1);
    expect(warnings).toEqual([]);
  });

  it('has a lower priority there, with every thread', async () => {
    const pid = await untilStarted();
    await hasher.hash('secret');

    const threads = readdirSync(`/proc/${pid}/task`).map(Number);

    expect(new Set(threads.map((thread) => getPriority(thread)))).toEqual(
      new Set([Math.min(getPriority() + 10, 19)]),
    );
    // Priorities count among the processes of a session only.
    const session = (id: number | 'self') =>
      readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[3];
    expect(session(pid)).toBe(session('self'));
  });

  it('is told passwords by a pipe only, and no secret of this process', async () => {
    vi.stubEnv('SECRET_KEY', 'the key');
    const pid = await untilStarted();
    await hasher.hash('the password');
    vi.unstubAllEnvs();

    const seen =
      readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');

    expect(seen).toContain('UV_THREADPOOL_SIZE=');
    expect(seen).not.toMatch(/the password|the key/);
  });

  it('has so many hashes at a time, and refuses when too many wait', async () => {
    hasher = makeHasher({ maximumConcurrency: 2, maximumQueueLength: 3 });
    const pid = await untilStarted();
    const computed = vi.spyOn(HashingProcess.prototype, 'compute');
    process.kill(pid, 'SIGSTOP');

    const hashes = Array.from({ length: 8 }, () => hasher.hash('secret'));
    const settled = Promise.allSettled(hashes);
    await expect(hashes.at(-1)).rejects.toBeInstanceOf(ServiceUnavailableError);
    expect(computed).toHaveBeenCalledTimes(2);
    process.kill(pid, 'SIGCONT');

    const refused = (await settled).filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(3);
    expect(computed).toHaveBeenCalledTimes(5);
    expect(argon2.hash).not.toHaveBeenCalled();
  });

  it('killed amid hashes: they are computed here, and another one is started', async () => {
    hasher = makeHasher({ maximumConcurrency: 2 });
    const pid = await untilStarted();
    process.kill(pid, 'SIGSTOP');
    const hashes = Array.from({ length: 5 }, () => hasher.hash('secret'));
    await expect.poll(() => childrenOf(process.pid)).toContain(pid);
    process.kill(pid, 'SIGKILL');

    for (const hashed of await Promise.all(hashes)) {
      expect(await hasher.compare('secret', hashed)).toBe(true);
    }

    expect(argon2.hash).toHaveBeenCalledTimes(5);
    expect(warnings).toEqual([
      expect.stringMatching(/ended \(SIGKILL\).* starts it again in 1 s\.$/),
    ]);
    expect(childrenOf(process.pid)).toEqual(others);
    milliseconds += 1_000;
    expect(await untilStarted()).not.toBe(pid);
    await hasher.hash('secret');
    expect(argon2.hash).not.toHaveBeenCalled();
  });

  it('frozen amid hashes is killed once it has said nothing for 5 s', async () => {
    hasher = makeHasher({ maximumConcurrency: 2 });
    const pid = await untilStarted();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      process.kill(pid, 'SIGSTOP');
      const hashes = Array.from({ length: 3 }, () => hasher.hash('secret'));
      await Promise.resolve();
      vi.advanceTimersByTime(4_999);
      await turn();
      expect(hasEnded(pid)).toBe(false);
      vi.advanceTimersByTime(1);

      expect(await Promise.all(hashes)).toHaveLength(3);
      expect(argon2.hash).toHaveBeenCalledTimes(3);
      expect(warnings).toEqual([expect.stringContaining('ended (SIGKILL)')]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is not taken for frozen while it answers something', async () => {
    const onDebug = vi.fn();
    const onWarning = vi.fn();
    const child = new HashingProcess({ threads: 2, clock, onDebug, onWarning });
    const hash = (memoryCost: number, timeCost: number) => {
      const parameters = { memoryCost, timeCost, parallelism: 1 };
      return child.compute({ kind: 'hash', password: 'secret', parameters });
    };
    await hash(8, 1);
    await expect.poll(() => onDebug.mock.calls).toHaveLength(1);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const long = hash(65_536, 6);
      const short = hash(8, 1);
      vi.advanceTimersByTime(4_000);
      expect(await short).toMatch(/m=8,p=1,t=1/);
      vi.advanceTimersByTime(4_000);
      expect(await long).toMatch(/m=65536,p=1,t=6/);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
    expect(onWarning).not.toHaveBeenCalled();
    await child.close();
  });

  it('frozen while it starts is killed, and another one is started', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const hashed = hasher.hash('secret');
      await expect.poll(() => childrenOf(process.pid)).not.toEqual(others);
      const [pid] = childrenOf(process.pid).filter((child) => !others.includes(child));
      process.kill(pid!, 'SIGSTOP');
      await hashed;
      vi.advanceTimersByTime(30_000);
      await expect.poll(() => warnings).toEqual([expect.stringContaining('ended (SIGKILL)')]);
    } finally {
      vi.useRealTimers();
    }
    milliseconds += 1_000;
    await untilStarted();
  });

  it('is not killed for answers that this process, frozen itself, has not read', async () => {
    await untilStarted();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const hashed = hasher.hash('secret');
      await Promise.resolve();
      // Such as the machine was asleep: the answer is there when the timer fires.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      vi.advanceTimersByTime(5_000);
      await hashed;
      await hasher.hash('secret');
      expect(argon2.hash).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });

  it('frozen when it is closed ends all the same', async () => {
    const pid = await untilStarted();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      process.kill(pid, 'SIGSTOP');
      const closed = hasher.close();
      vi.advanceTimersByTime(1_000);
      await closed;
    } finally {
      vi.useRealTimers();
    }
    expect(hasEnded(pid)).toBe(true);
  });

  it('that cannot be started is tried less and less often, and passwords are hashed here', async () => {
    const { execPath } = process;
    const pauses: number[] = [];
    process.execPath = '/nowhere/node';
    try {
      for (let round = 1; round <= 8; round += 1) {
        await expect(hasher.hash('secret')).resolves.toMatch(/^\$argon2id\$/);
        await expect.poll(() => warnings.length).toBe(round);
        pauses.push(Number(/ENOENT.* again in (\d+) s/.exec(warnings.at(-1)!)?.[1]));
        milliseconds += 1_000 * pauses.at(-1)! - 1;
        await hasher.hash('secret');
        milliseconds += 1;
      }
    } finally {
      process.execPath = execPath;
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(warnings).toHaveLength(8);

    const pid = await untilStarted();
    await hasher.hash('secret');
    process.kill(pid, 'SIGKILL');

    await expect.poll(() => warnings.at(-1)).toMatch(/again in 1 s/);
  });

  it('ends when it is closed, after what it was computing', async () => {
    const pid = await untilStarted();
    process.kill(pid, 'SIGSTOP');
    const hashed = hasher.hash('secret');
    await Promise.resolve();
    const closed = hasher.close();
    process.kill(pid, 'SIGCONT');

    await expect(hashed).resolves.toMatch(/^\$argon2id\$/);
    await closed;
    expect(argon2.hash).not.toHaveBeenCalled();
    expect(hasEnded(pid)).toBe(true);
    expect(warnings).toEqual([]);
    await hasher.close();
    await expect(hasher.hash('secret')).resolves.toMatch(/^\$argon2id\$/);
    expect(argon2.hash).toHaveBeenCalledTimes(1);
  });

  it('ends when it is closed while it starts', async () => {
    await hasher.hash('secret');

    await hasher.close();

    expect(pids).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('leaves %s to this process', async (signal) => {
    const pid = await untilStarted();
    process.kill(pid, signal);

    await hasher.hash('secret');

    expect(argon2.hash).not.toHaveBeenCalled();
    expect(childrenOf(process.pid)).toContain(pid);
  });
});

describe.runIf(process.platform === 'linux')('a program that hashes in another process', () => {
  const HASHER = join(import.meta.dirname, '../src/internal/password/password-hasher.ts');

  function run(more: string) {
    const program = `
      import { setPriority } from 'node:os';
      import { setTimeout as delay } from 'node:timers/promises';
      import { PasswordHasher } from ${JSON.stringify(HASHER)};
      const told = Promise.withResolvers();
      const environment = {
        clock: { monotonicMilliseconds: () => 0 },
        onDebug: told.resolve,
        onWarning: told.resolve,
      };
      const hashing = { memoryKibibytes: 8, iterations: 1, usesChildProcess: true };
      const hasher = new PasswordHasher(hashing, [], environment);
      ${more}`;
    const words = ['--conditions=@org/source', '--input-type=module', '--eval', program];
    return spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  const untilTold = `
    await hasher.hash('secret');
    const alive = setInterval(() => undefined, 1_000);
    console.log(await told.promise);
    clearInterval(alive);
    console.log(await hasher.compare('secret', await hasher.hash('secret')));`;

  async function outputOf(program: ReturnType<typeof run>): Promise<string> {
    let output = '';
    program.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
    await once(program, 'close');
    return output;
  }

  it('is not kept alive by it', async () => {
    const program = run(untilTold);

    expect(await outputOf(program)).toMatch(/^Passwords are hashed by process \d+\.\ntrue\n$/);
    expect(program.exitCode).toBe(0);
  });

  it('takes it along when it is killed', async () => {
    const program = run(`${untilTold} setInterval(() => undefined, 1_000);`);
    program.stdout.setEncoding('utf8');
    await once(program.stdout, 'data');
    const [pid = 0] = childrenOf(program.pid!);
    expect(hasEnded(pid)).toBe(false);

    program.kill('SIGKILL');

    await expect.poll(() => hasEnded(pid)).toBe(true);
  });

  it('hashes itself if there is no lower priority', async () => {
    const program = run(`setPriority(19); ${untilTold} await hasher.close();`);

    expect(await outputOf(program)).toMatch(/^Passwords are hashed by this process: .*\ntrue\n$/);
    expect(program.exitCode).toBe(0);
  });
});
