import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

function runMain(...commandLine: string[]) {
  const arguments_ = ['--conditions=@org/source', MAIN, ...commandLine];
  return spawnSync(process.execPath, arguments_, { encoding: 'utf8' });
}

describe('main', () => {
  it('refuses an unknown fault with exit code 2 and the usage', () => {
    const { status, stdout, stderr } = runMain('--fault', 'F99');
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('There is no fault F99; there are F1, F2,');
    expect(stderr).toContain('Usage: ');
  });

  it('refuses a document that is not there, before anything happens', () => {
    const { status, stderr } = runMain('--write', '/nowhere/at/all.md');
    expect(status).toBe(2);
    expect(stderr).toContain('--write cannot write to /nowhere/at/all.md');
  });

  it('explains itself', () => {
    const { status, stdout } = runMain('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('--quick');
  });
});
