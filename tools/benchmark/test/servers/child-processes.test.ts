import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ChildProcesses, hasEnded, type Child } from '../../src/servers/child-processes.ts';

describe(ChildProcesses, () => {
  let directory: string;
  let processes: ChildProcesses;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'org-benchmark-test-'));
    processes = new ChildProcesses();
  });

  afterEach(() => {
    processes.killAll();
    rmSync(directory, { recursive: true });
  });

  it('kills everything that still runs', async () => {
    const children = [await run('setInterval(() => {}, 1000)'), await run('for (;;);')];
    const ended = Promise.all(children.map((child) => once(child, 'exit')));
    processes.killAll();
    await ended;
    expect(children.map(({ signalCode }) => signalCode)).toEqual(['SIGKILL', 'SIGKILL']);
  });

  it('runs this Node with the given environment only, in the given folder', async () => {
    const child = await run(
      'console.log(process.version, Object.keys(process.env).join(), process.cwd())',
    );
    await once(child, 'exit');
    expect(hasEnded(child)).toBe(true);
    expect(readFileSync(join(directory, 'log'), 'utf8')).toBe(
      `${process.version} NAME ${directory}\n`,
    );
  });

  function run(script: string): Promise<Child> {
    return processes.spawn({
      arguments: ['--eval', script],
      environment: { NAME: 'value' },
      directory,
      logFile: join(directory, 'log'),
    });
  }
});
