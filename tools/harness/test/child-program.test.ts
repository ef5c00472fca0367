import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { ChildProgram, ProgramFailedError } from '../src/index.ts';

const FOREVER = 'setInterval(() => {}, 1000)';

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'org-harness-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

function run(script: string, directory = makeDirectory(), logFile?: string): ChildProgram {
  const program = new ChildProgram({
    arguments: ['--eval', script],
    environment: { NAME: 'value' },
    directory,
    ...(logFile === undefined ? {} : { logFile }),
  });
  onTestFinished(() => program.kill());
  return program;
}

describe(ChildProgram, () => {
  it('runs this Node with the given environment only, in the given folder', async () => {
    const directory = makeDirectory();
    const log = join(directory, 'log');
    const script = 'console.log(process.version, Object.keys(process.env).join(), process.cwd())';
    const program = run(script, directory, log);
    expect(await program.exited()).toBe(0);
    expect(program.hasEnded).toBe(true);
    expect(program.output).toBe(`${process.version} NAME ${directory}\n`);
    await run('console.log(2)', directory, log).exited();
    expect(program.output.split('\n')).toHaveLength(3);
  });

  it('tells what is printed, where nothing is logged', async () => {
    const program = run(`console.log('ready at 7'); ${FOREVER}`);
    await expect(program.printed(/ready at (\d)/)).resolves.toBe('7');
  });

  it('shows what a program wrote that ended before it printed what was waited for', async () => {
    const failing = run('console.error("no settings"); process.exit(3)').printed(/ready/);
    await expect(failing).rejects.toThrow(ProgramFailedError);
    await expect(failing).rejects.toThrow(/ended before it printed \/ready\/[^]*no settings/);
    await expect(run('process.exit(3)').succeeded()).rejects.toThrow(ProgramFailedError);
  });

  it('kills, and may kill again', async () => {
    const program = run(FOREVER);
    await program.kill();
    await program.kill();
    expect(await program.exited()).toBeNull();
  });

  it('does not outlive a process that exits without stopping it', async () => {
    const index = join(import.meta.dirname, '../src/index.ts');
    const outer = run(
      `import(${JSON.stringify(index)}).then(({ ChildProgram }) => {
        const options = { arguments: ['--eval', ${JSON.stringify(FOREVER)}], environment: {}, directory: '/' };
        console.log('pid', new ChildProgram(options).pid);
        setTimeout(() => process.exit(), 100);
      })`,
    );
    const pid = Number(await outer.printed(/pid (\d+)/));
    await outer.exited();
    await expect.poll(() => isRunning(pid)).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
