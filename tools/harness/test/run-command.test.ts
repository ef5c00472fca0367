import { describe, expect, it } from 'vitest';

import { runCommand } from '../src/index.ts';

const environment = { PATH: '/usr/bin:/bin' };

describe(runCommand, () => {
  it('gives the exit code and both outputs', async () => {
    const command = ['-c', 'echo out; echo err >&2; exit 4'];
    const result = await runCommand('sh', command, { environment, limit: 10_000 });
    expect(result.code).toBe(4);
    expect(result.output.split('\n').toSorted()).toEqual(['err', 'out']);
  });

  it('gives up at its limit, even when a grandchild holds the output open', async () => {
    const command = ['-c', 'sleep 30 & wait'];
    const running = runCommand('sh', command, { environment, limit: 100 });
    await expect(running).rejects.toThrow('no answer within 100 ms');
  });

  it('ends with the reason of its signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const running = runCommand('sleep', ['30'], { environment, limit: 10_000, signal });
    await expect(running).rejects.toThrow('enough');
  });

  it('fails when there is no such program', async () => {
    const running = runCommand('/no/such/program', [], { environment, limit: 10_000 });
    await expect(running).rejects.toThrow('ENOENT');
  });
});
