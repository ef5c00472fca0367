/**
 * `npm run rename-scope @acme`: puts every package of the workspace under the npm scope of a team,
 * and with it imports, the source condition, documents and the lock file. What is in the database
 * stays as it is.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { workspaceRoot } from './pinned-node.js';

const SCOPE = /^@[a-z0-9][a-z0-9._-]*$/;

function main() {
  const [oldScope = ''] = JSON.parse(read('package.json')).name.split('/');
  const newScope = process.argv[2] ?? '';
  const refusal = findRefusal(oldScope, newScope);
  if (refusal !== undefined) {
    process.stderr.write(`${refusal}\n`);
    process.exitCode = 1;
    return;
  }
  // As `@org/`, escaped in a pattern, or in quotes. A collection's title in MongoDB has neither.
  const named = new RegExp(`${oldScope.replaceAll('.', '\\.')}(?=\\\\?/|['"\`])`, 'g');
  const changed = run('git', ['ls-files', '-z'])
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(workspaceRoot, path)))
    .filter((path) => replace(path, named, newScope));
  // The links to the packages under their old names.
  rmSync(join(workspaceRoot, 'node_modules', oldScope), { recursive: true, force: true });
  run('npm', ['run', '--silent', 'setup', '--', '--update']);
  const options = ['--write', '--log-level=warn', '--ignore-unknown'];
  run('node_modules/.bin/prettier', [...options, ...changed]);
  process.stdout.write(`${oldScope} is ${newScope} now, in ${changed.length} files.\n`);
}

/**
 * @param {string} oldScope
 * @param {string} newScope
 */
function findRefusal(oldScope, newScope) {
  if (!SCOPE.test(newScope)) {
    return `"${newScope}" is no npm scope. Say for example: npm run rename-scope @acme`;
  }
  if (newScope === oldScope) {
    return `The packages are under ${newScope} already.`;
  }
  return run('git', ['status', '--porcelain']) === ''
    ? undefined
    : 'There are changes that are not committed. Commit them first, so that this can be undone.';
}

/**
 * @param {string} path
 * @param {RegExp} pattern
 * @param {string} replacement
 * @returns {boolean} whether the file is a text that has changed
 */
function replace(path, pattern, replacement) {
  const text = read(path);
  const replaced = text.replaceAll(pattern, replacement);
  const isChanged = replaced !== text && !text.includes('\0');
  if (isChanged) {
    writeFileSync(join(workspaceRoot, path), replaced);
  }
  return isChanged;
}

/** @param {string} path */
function read(path) {
  return readFileSync(join(workspaceRoot, path), 'utf8');
}

/**
 * @param {string} command
 * @param {readonly string[]} words
 */
function run(command, words) {
  const { status, stdout, stderr } = spawnSync(command, words, {
    cwd: workspaceRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) {
    throw new Error(`${command} failed:\n${stdout ?? ''}${stderr ?? ''}`);
  }
  return stdout;
}

main();
