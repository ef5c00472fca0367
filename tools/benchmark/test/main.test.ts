import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

function runMain(...commandLine: string[]) {
  const arguments_ = ['--conditions=@org/source', MAIN, ...commandLine];
  return spawnSync(process.execPath, arguments_, { encoding: 'utf8' });
}

describe('main', () => {
  it('refuses an unknown option with exit code 2 and the usage', () => {
    const { status, stdout, stderr } = runMain('--target', 'http://example.com');
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain("Unknown option '--target'");
    expect(stderr).toContain('Usage: ');
  });

  it('refuses a file that it could not write, before it measures', () => {
    const { status, stderr } = runMain('--json', '/nowhere/at/all.json');
    expect(status).toBe(2);
    expect(stderr).toContain('--json cannot write to /nowhere/at/all.json');
  });

  it('explains itself', () => {
    const { status, stdout } = runMain('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('--quick');
  });
});
