import { spawnSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

const HARNESS = JSON.stringify(new URL('../src/index.ts', import.meta.url).href);

/** Runs a tool in a process of its own, which has 20 seconds. */
function run(body: string) {
  const script = `
    import { runTool } from ${HARNESS};
    const parse = () => ({ help: false });
    await runTool({ usage: 'usage', markers: {}, parse, run: async () => { ${body} } });`;
  const words = ['--conditions=@org/source', '--input-type=module', '--eval', script];
  return spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 120_000 });
}

describe('runTool', () => {
  it('ends with the exit code of the run, whatever that left behind', () => {
    expect(run('setInterval(() => {}, 50); return 3;').status).toBe(3);
  });

  it('ends with 1 if the run fails, and tells why', () => {
    const { status, stderr } = run('setInterval(() => {}, 50); throw new Error("no mongod");');

    expect(status).toBe(1);
    expect(stderr).toContain('no mongod');
  });
});
