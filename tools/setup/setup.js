/**
 * Installs what is missing, before anything is installed: Node's own modules only, and a syntax
 * that the machine's Node understands. npm runs it before `start`, `test` and `check`. With
 * `--update` it installs what the package.json files name, and brings the lock file up to date.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { findInstallProblem, modulesFolder } from './modules-folder.js';
import { findNodeProblem, workspaceRoot } from './pinned-node.js';

const STAMP = join(modulesFolder, '.installed-lock-file');

function main() {
  if (process.argv.includes('--update')) {
    install('install');
  } else if (!isInstalled()) {
    process.stdout.write('Installing dependencies (once; about a minute) …\n');
    install('ci');
  }
  const problem = findNodeProblem(readInstalledNodeVersion());
  if (problem !== undefined) {
    fail(problem);
  }
}

/** The stamp is written last, so that an interrupted install is noticed. */
function isInstalled() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stampOfLockFile();
}

/** @param {'ci' | 'install'} command */
function install(command) {
  const problem = findInstallProblem();
  if (problem !== undefined) {
    fail(problem);
  }
  rmSync(STAMP, { force: true });
  // Without --include=dev, NODE_ENV=production would leave out Node itself and all tools.
  // Its warnings are of the Node that installs, and what is installed runs on the pinned one.
  const words = [command, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync('npm', words, { cwd: workspaceRoot, stdio: 'inherit' });
  if (error !== undefined || status !== 0) {
    fail(
      `npm ${command} failed; its own message is above. Once mended, run the same command again.`,
    );
  }
  writeFileSync(STAMP, stampOfLockFile());
}

function stampOfLockFile() {
  const hash = createHash('sha256');
  hash.update(readFileSync(join(workspaceRoot, 'package-lock.json')));
  return `${process.platform}-${process.arch} ${hash.digest('hex')}\n`;
}

function readInstalledNodeVersion() {
  const node = join(modulesFolder, '.bin', 'node');
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return stdout?.trim() || 'not there';
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

main();
