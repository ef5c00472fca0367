import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const setupScripts = join(import.meta.dirname, '../../setup');

let workspace: string;

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'setup-'));
  cpSync(setupScripts, join(workspace, 'tools/setup'), { recursive: true });
  writeFile('package.json', '{"type":"module","devDependencies":{"node":"24.0.1"}}');
  writeFile('package-lock.json', '{"version":1}');
  writeProgram(
    'bin/npm',
    'echo "$@" >> npm-calls; mkdir -p node_modules/.bin; cp bin/pinned node_modules/.bin/node',
  );
  writeProgram('bin/pinned', 'echo v24.0.1');
});
afterEach(() => {
  rmSync(workspace, { recursive: true });
});

function writeFile(path: string, text: string): void {
  mkdirSync(join(workspace, path, '..'), { recursive: true });
  writeFileSync(join(workspace, path), text);
}

function readFile(path: string): string {
  return readFileSync(join(workspace, path), 'utf8');
}

function writeProgram(path: string, script: string): void {
  writeFile(path, `#!/bin/sh\n${script}\n`);
  execFileSync('chmod', ['+x', join(workspace, path)]);
}

function run(command: string, environment: Record<string, string> = {}) {
  const [script, ...words] = command.split(' ');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`tools/setup/${script}`, ...words],
    {
      cwd: workspace,
      encoding: 'utf8',
      env: { PATH: `${join(workspace, 'bin')}:${process.env['PATH'] ?? ''}`, ...environment },
    },
  );
  return { status, output: stdout + stderr };
}

function readNpmCalls(): string[] {
  const path = join(workspace, 'npm-calls');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

const INSTALL = 'ci --include=dev --no-audit --no-fund --loglevel=error';

describe('setup.js', () => {
  it('installs from the lock file the first time, and nothing the second', () => {
    expect(run('setup.js')).toMatchObject({ status: 0 });
    expect(run('setup.js')).toEqual({ status: 0, output: '' });

    expect(readNpmCalls()).toEqual([INSTALL]);
  });

  it('installs the same under NODE_ENV=production', () => {
    run('setup.js', { NODE_ENV: 'production' });

    expect(readNpmCalls()).toEqual([INSTALL]);
  });

  it('installs again when the lock file has changed', () => {
    run('setup.js');
    writeFile('package-lock.json', '{"version":2}');

    run('setup.js');

    expect(readNpmCalls()).toEqual([INSTALL, INSTALL]);
  });

  it('installs again after an install that was interrupted', () => {
    run('setup.js');
    writeFile('package-lock.json', '{"version":2}');
    writeProgram('bin/npm', 'echo "$@" >> npm-calls; exit 130');
    expect(run('setup.js')).toMatchObject({ status: 1, output: expect.stringContaining('npm ci') });
    writeFile('package-lock.json', '{"version":1}');

    run('setup.js');

    expect(readNpmCalls()).toHaveLength(3);
  });

  it('updates the lock file when it is asked to, and takes that as installed', () => {
    run('setup.js');
    writeFile('package-lock.json', '{"version":2}');

    run('setup.js --update');
    run('setup.js');

    expect(readNpmCalls()).toEqual([INSTALL, INSTALL.replace('ci', 'install')]);
  });

  it('says how to mend an install without the pinned Node', () => {
    writeProgram('bin/npm', 'mkdir -p node_modules');

    const { status, output } = run('setup.js');

    expect(status).toBe(1);
    expect(output).toContain('Node v24.0.1');
    expect(output).toContain('npm rebuild node --ignore-scripts=false');
  });
});

describe('a linked node_modules', () => {
  beforeEach(() => {
    writeFile('elsewhere/.installed-lock-file', 'of another workspace');
    writeFile('elsewhere/@theirs/core/index.js', 'kept');
    writeFile('names.json', '{"scope":"@theirs","name":"theirs","product":"Theirs API"}');
    symlinkSync('elsewhere', join(workspace, 'node_modules'));
    execFileSync('git', ['init', '--quiet'], { cwd: workspace });
  });

  it.each(['setup.js', 'setup.js --update', 'rename-scope.js @ours'])(
    'is refused by %s, with nothing touched',
    (command) => {
      const { status, output } = run(command);

      expect(status).toBe(1);
      expect(output).toContain('node_modules is a link');
      expect(readNpmCalls()).toEqual([]);
      expect(readFile('elsewhere/.installed-lock-file')).toBe('of another workspace');
      expect(readFile('elsewhere/@theirs/core/index.js')).toBe('kept');
      expect(readFile('names.json')).toContain('@theirs');
    },
  );

  it('is taken as it is when everything is installed there', () => {
    rmSync(join(workspace, 'node_modules'));
    run('setup.js');
    renameSync(join(workspace, 'node_modules'), join(workspace, 'installed'));
    symlinkSync('installed', join(workspace, 'node_modules'));

    expect(run('setup.js')).toEqual({ status: 0, output: '' });
  });
});

describe('preflight.js', () => {
  it('refuses another Node than the pinned one, by name', () => {
    const { status, output } = run('preflight.js');

    expect(status).toBe(1);
    expect(output).toContain(`this is ${process.version}`);
    expect(output).toContain('npm start');
  });

  it('lets the pinned one pass', () => {
    const devDependencies = { node: process.version.slice(1) };
    writeFile('package.json', JSON.stringify({ type: 'module', devDependencies }));

    expect(run('preflight.js')).toEqual({ status: 0, output: '' });
  });
});
