import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

import { pollUntil } from '@org/harness';
import { describe, expect, it, onTestFinished } from 'vitest';

import { findProcess, readFromProc, readFromPs } from '../src/processes.ts';

const READERS = existsSync('/proc/self/stat') ? [readFromProc, readFromPs] : [readFromPs];

describe.each(READERS.map((read) => ({ read, title: read.name })))('$title', ({ read }) => {
  it('describes a process by its command line and the time it started', async () => {
    const child = spawn('sleep', ['1234'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const details = read(child.pid ?? 0);
    expect(details).toMatchObject({ pid: child.pid, commandLine: 'sleep 1234' });
    expect(details?.startTime).toMatch(/^[A-Za-z0-9-]+$/);
    expect(read(child.pid ?? 0)).toEqual(details);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(read(child.pid ?? 0)).toBeUndefined();
  });

  it('knows no process that does not run', () => {
    expect(read(4_194_999)).toBeUndefined();
  });
});

describe(readFromProc, () => {
  it('takes a process for running until its last thread has ended', async () => {
    // The first thread ends by itself, which leaves a zombie, while a second one sleeps on.
    const program =
      'import ctypes, threading, time; threading.Thread(target=time.sleep, args=(60,)).start(); ' +
      "print('ready', flush=True); ctypes.CDLL(None).pthread_exit(None)";
    const child = spawn('python3', ['-c', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const pid = await once(child, 'spawn').then(() => child.pid ?? 0);
    const isZombie = (): true | undefined =>
      readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ') ? true : undefined;
    await expect(pollUntil(isZombie, 10_000, 10)).resolves.toBe(true);
    expect(readFromProc(pid)).toMatchObject({ pid });
  });
});

describe(findProcess, () => {
  it('finds this process', () => {
    expect(findProcess(process.pid)).toMatchObject({ pid: process.pid });
  });
});
