import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const workspaceRoot = join(import.meta.dirname, '../../..');
const libraries = readdirSync(join(workspaceRoot, 'libs')).map((name) =>
  join(workspaceRoot, 'libs', name),
);

function run(command: string, words: readonly string[], cwd: string): boolean {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd, encoding: 'utf8' });
  if (status !== 0) {
    process.stdout.write(`${command} ${words.join(' ')} in ${cwd}:\n${stdout}${stderr}\n`);
  }
  return status === 0;
}

/** Packs the library as npm would publish it, and has the tarball judged. */
function check(library: string, directory: string): boolean {
  const { name, version } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const tarball = join(directory, `${name.slice(1).replace('/', '-')}-${version}.tgz`);
  const checks: readonly (readonly [string, readonly string[]])[] = [
    ['npm', ['pack', '--silent', '--pack-destination', directory]],
    ['publint', ['run', '--strict', tarball]],
    ['attw', [tarball, '--profile', 'esm-only']],
  ];
  const passed = checks.every(([command, words]) => run(command, words, library));
  process.stdout.write(`${passed ? 'passed' : 'FAILED'}  ${name}\n`);
  return passed;
}

const directory = mkdtempSync(join(tmpdir(), 'packages-'));
const outcomes = libraries.map((library) => check(library, directory));
rmSync(directory, { recursive: true });
process.exitCode = outcomes.every(Boolean) ? 0 : 1;
