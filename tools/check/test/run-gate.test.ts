import { spawnSync } from 'node:child_process';

import { describe, expect, it, vi } from 'vitest';

import { runGate } from '../src/run-gate.ts';

/** @returns how a gate of this shell script went, and what was printed of it */
async function runScript(script: string, limit = 60_000) {
  const printed: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  try {
    const gate = { name: 'a gate of the test', command: 'sh', words: ['-c', script] };
    const outcome = await runGate(gate, limit, false);
    return { ...outcome, printed: printed.join('') };
  } finally {
    write.mockRestore();
  }
}

/** A zombie, which nobody has asked about yet, is not alive. */
function isAlive(pid = 'none'): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' });
  return /^[^Z]/u.test(stdout.trim());
}

const pidIn = (printed: string) => /^pid (\d+)$/mu.exec(printed)?.[1];

describe(runGate, () => {
  it('passes with exit code 0, and prints what was written', async () => {
    expect(await runScript('echo out; echo error >&2')).toMatchObject({
      passed: true,
      printed: expect.stringMatching(/── a gate of the test: sh .*\nout\nerror\n$/su),
    });
    expect(await runScript('exit 3')).toMatchObject({ passed: false });
  });

  it('waits for no process that outlives it, and ends that', async () => {
    const { passed, printed } = await runScript('sleep 600 & echo pid $!');

    expect(passed).toBe(true);
    await expect.poll(() => isAlive(pidIn(printed))).toBe(false);
  });

  it('fails one that takes too long, ends what it started, and tells what it wrote', async () => {
    const script = 'sleep 600 & echo pid $!; wait';

    const { passed, printed } = await runScript(script, 300);

    expect(passed).toBe(false);
    expect(printed).toContain('a gate of the test was ended: it took more than 0.0 minutes.');
    expect(pidIn(printed)).toBeDefined();
    await expect.poll(() => isAlive(pidIn(printed))).toBe(false);
  });
});
