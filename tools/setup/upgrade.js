/**
 * `npm run upgrade upstream/main`: merges upstream's changes under the names of this repository.
 * A vendor branch has nothing but upstream's trees, renamed; each merge of it takes what changed
 * upstream between two of them, whatever was edited here.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { workspaceRoot } from './pinned-node.js';
import { readNames } from './rename-tree.js';
import { run } from './run.js';

/** @import { Names } from './rename-tree.js' */

const USAGE = `npm run upgrade upstream/main, where upstream is a git remote, or
npm run upgrade -- upstream/main --base <the upstream commit that this repository was made from>`;
const PRETTIER = join(workspaceRoot, 'node_modules/prettier/bin/prettier.cjs');
const VENDOR_BRANCH = 'upstream-renamed';
/** Names the upstream commit, and the renamed tree: a squashed commit has another tree. */
const TRAILER = 'Renamed-Upstream';

function main() {
  const { target, base } = readArguments();
  if (isMerging()) {
    throw new Error(explainMerge(findConflicts()));
  }
  if (git('status', '--porcelain') !== '') {
    throw new Error('There are changes that are not committed. Commit them first.');
  }
  const names = readNames(workspaceRoot);
  const merged = base === undefined ? findMerged(names) : undefined;
  const taken = merged?.taken ?? base ?? names.upstream ?? findCommonTree(target);
  if (isAncestor(target, taken)) {
    process.stdout.write(`There is nothing to take: ${short(target)} is in here already.\n`);
    return;
  }
  const parent = merged?.vendor ?? commitRenamed(taken, names);
  const vendor = commitRenamed(target, { ...names, upstream: target }, parent);
  git('branch', '--force', VENDOR_BRANCH, vendor);
  if (merged === undefined) {
    // What was edited here since then is all that differs: from now on git can tell.
    const message = `chore: made from upstream's ${short(taken)}`;
    git('merge', '--strategy=ours', '--allow-unrelated-histories', '--message', message, parent);
  }
  merge(`chore: take upstream's changes up to ${short(target)}`);
}

function readArguments() {
  const options = /** @type {const} */ ({ base: { type: 'string' } });
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [target] = positionals;
  // Without `--`, npm takes options for its own.
  if (target === undefined || positionals.length > 1 || process.env['npm_config_base']) {
    throw new RangeError(USAGE);
  }
  const [remote = ''] = target.split('/', 1);
  if (git('remote').split('\n').includes(remote)) {
    git('fetch', '--quiet', remote);
  }
  return {
    target: findCommit(target),
    base: values.base === undefined ? undefined : findCommit(values.base),
  };
}

/** @param {string} name */
function findCommit(name) {
  try {
    return git('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
  } catch {
    throw new RangeError(`git knows no commit ${name}. Say for example:\n${USAGE}`);
  }
}

/**
 * Finds the newest commit of the vendor branch that is merged here. None is if the merge was
 * squashed: names.json then says more than the history. None is, too, after another rename.
 *
 * @param {Names} names
 */
function findMerged(names) {
  const { upstream } = names;
  const format = `--format=%H %T %(trailers:key=${TRAILER},valueonly,separator=%x20)`;
  return git('log', format, `--grep=^${TRAILER}: `)
    .split('\n')
    .map((line) => line.split(' '))
    .map(([vendor = '', tree = '', taken = '', renamed]) => ({ vendor, tree, taken, renamed }))
    .filter(({ tree, renamed }) => tree === renamed)
    .find(({ tree, taken }) => [undefined, taken].includes(upstream) && hasNames(tree, names));
}

/**
 * @param {string} tree
 * @param {Names} names
 */
function hasNames(tree, { scope, name, product }) {
  /** @type {Names} */
  const there = JSON.parse(git('show', `${tree}:names.json`));
  return there.scope === scope && there.name === name && there.product === product;
}

/**
 * Finds what this repository was made from: the newest upstream commit whose files, as they are,
 * were once all there was here. A copy without history has them in its first commit.
 *
 * @param {string} target
 * @throws Error
 */
function findCommonTree(target) {
  const here = new Set(git('log', '--format=%T').split('\n'));
  const [found] = git('log', '--format=%H %T', target)
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, tree = '']) => here.has(tree));
  if (found?.[0] === undefined) {
    throw new Error(
      `No commit here has the files of one of ${short(target)} or before. Say which upstream commit this repository was made from:\nnpm run upgrade -- … --base <commit>`,
    );
  }
  return found[0];
}

/**
 * Commits a commit's tree under other names, beside the working tree and every branch.
 *
 * @param {string} upstream
 * @param {Names} names
 * @param {string} [parent]
 * @returns {string} the new commit
 */
function commitRenamed(upstream, names, parent) {
  const root = mkdtempSync(join(tmpdir(), 'upgrade-'));
  /** @param {string[]} words */
  const inTree = (...words) =>
    run('git', ['-c', 'core.hooksPath=/dev/null', ...words], root).trim();
  try {
    git('-c', 'core.hooksPath=/dev/null', 'worktree', 'add', '--quiet', '--detach', root, upstream);
    // By that version's own script, which knows its files.
    const words = ['tools/setup/rename-tree.js', JSON.stringify(names), PRETTIER];
    run(process.execPath, words, root);
    inTree('add', '--all');
    const tree = inTree('write-tree');
    const message = `chore: upstream's ${short(upstream)}, renamed\n\n${TRAILER}: ${upstream} ${tree}`;
    const parents = parent === undefined ? [] : ['-p', parent];
    return inTree('commit-tree', tree, ...parents, '-m', message);
  } finally {
    git('worktree', 'remove', '--force', root);
  }
}

/** @param {string} message */
function merge(message) {
  const before = git('rev-parse', 'HEAD');
  try {
    git('merge', '--no-ff', '--message', message, VENDOR_BRANCH);
  } catch (error) {
    const conflicts = findConflicts();
    throw conflicts.length === 0 ? error : new Error(explain(conflicts));
  }
  const files = git('diff', '--shortstat', before).trim();
  process.stdout.write(`${message}: ${files}.\nWhat you edited is kept. Now run: npm run check\n`);
}

function findConflicts() {
  const deletions = new Map([
    ['UD', ' (deleted by upstream)'],
    ['DU', ' (deleted here)'],
  ]);
  return git('status', '--porcelain')
    .split('\n')
    .filter((line) => /^(?:DD|AA|.U|U.) /.test(line))
    .map((line) => line.slice(3) + (deletions.get(line.slice(0, 2)) ?? ''));
}

/** @param {string[]} conflicts */
function explain(conflicts) {
  const lockFile = conflicts.includes('package-lock.json')
    ? '\npackage-lock.json last: git checkout --theirs package-lock.json && npm install --package-lock-only'
    : '';
  return `Upstream and you changed the same lines of these files; the others are merged:
  ${conflicts.join('\n  ')}
Edit or delete them, then: git add --all && git commit --no-edit && npm run check
To give it up: git merge --abort${lockFile}`;
}

function isMerging() {
  try {
    return git('rev-parse', '--verify', '--quiet', 'MERGE_HEAD') !== '';
  } catch {
    return false;
  }
}

/** @param {string[]} conflicts */
function explainMerge(conflicts) {
  const files =
    conflicts.length === 0 ? '.' : `; these files have conflicts:\n  ${conflicts.join('\n  ')}`;
  return `A merge is not finished${files}
Finish it: git add --all && git commit --no-edit && npm run check
To give it up: git merge --abort`;
}

/** @param {string} commit */
function short(commit) {
  return git('log', '-1', '--format=%h', commit);
}

/**
 * @param {string} older
 * @param {string} newer
 */
function isAncestor(older, newer) {
  try {
    git('merge-base', '--is-ancestor', older, newer);
    return true;
  } catch {
    return false;
  }
}

/** @param {string[]} words */
function git(...words) {
  return run('git', words, workspaceRoot).trim();
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
