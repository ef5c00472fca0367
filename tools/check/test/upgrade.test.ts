import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { inWorkspace } from '@org/harness';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
let upstream: string;
/** A clone of upstream, renamed. */
let mine: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'upgrade-test-'));
  upstream = join(folder, 'upstream');
  mine = join(folder, 'mine');
  cpSync(inWorkspace('tools/setup'), join(upstream, 'tools/setup'), { recursive: true });
  write('package.json', '{ "type": "module", "devDependencies": { "node": "24.0.1" } }\n');
  write('package-lock.json', '{ "packages": {} }\n');
  write('names.json', '{ "scope": "@theirs", "name": "theirs", "product": "Theirs API" }\n');
  write('.gitignore', 'node_modules\n');
  write('.prettierrc.json', '{ "singleQuote": true }\n');
  write(
    'text.md',
    `# Title\n\nOne\n\n- run \`theirs-admin\`\n\nThree\n\n- read \`@theirs/core\`\n`,
  );
  write('bin/theirs-admin.js', "export const name = '@theirs/admin';\n");
  git(upstream, 'init', '--quiet', '--initial-branch=main');
  identify(upstream);
  commit(upstream);
  git(folder, 'clone', '--quiet', '--origin=upstream', upstream, mine);
  beginOwn();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string, root = upstream): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

function edit(root: string, path: string, old: string, now: string): void {
  const text = readFileSync(join(root, path), 'utf8');
  expect(text).toContain(old);
  write(path, text.replace(old, now), root);
  commit(root);
}

function read(path: string): string {
  return readFileSync(join(mine, path), 'utf8');
}

function run(root: string, command: string, words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd: root, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

function git(root: string, ...words: string[]): string {
  const { status, output } = run(root, 'git', words);
  expect(status, output).toBe(0);
  return output.trim();
}

function identify(root: string): void {
  git(root, 'config', 'user.name', 'Ada');
  git(root, 'config', 'user.email', 'ada@example.com');
}

function commit(root: string): string {
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '--message', 'feat: a change');
  return git(root, 'rev-parse', 'HEAD');
}

function beginOwn(): void {
  identify(mine);
  symlinkSync(inWorkspace('node_modules'), join(mine, 'node_modules'));
  rename('ours');
}

/** What `npm run rename-scope` does, without npm. */
function rename(name: string): void {
  const kept = JSON.parse(read('names.json')) as object;
  const names = JSON.stringify({ ...kept, scope: `@${name}`, name, product: `${name} API` });
  const words = ['tools/setup/rename-tree.js', names, 'node_modules/prettier/bin/prettier.cjs'];
  expect(run(mine, process.execPath, words)).toEqual({ status: 0, output: '' });
  commit(mine);
}

function upgrade(...words: string[]) {
  return run(mine, process.execPath, ['tools/setup/upgrade.js', ...words]);
}

function take(...words: string[]): void {
  const { status, output } = upgrade('upstream/main', ...words);
  expect(status, output).toBe(0);
  expect(git(mine, 'status', '--porcelain')).toBe('');
}

/** A copy of the files alone, edited before its first commit or not. */
function beginFromCopy(editFirst = () => {}): void {
  rmSync(mine, { recursive: true });
  cpSync(upstream, mine, { recursive: true, filter: (path) => !path.endsWith('.git') });
  git(mine, 'init', '--quiet', '--initial-branch=main');
  identify(mine);
  editFirst();
  commit(mine);
  git(mine, 'remote', 'add', 'upstream', upstream);
  beginOwn();
}

// Each test runs git and Prettier many times.
describe('npm run upgrade', () => {
  it("takes upstream's changes under other names, and keeps local edits", () => {
    edit(mine, 'text.md', 'One', 'Our one');
    edit(mine, 'bin/ours-admin.js', "admin';\n", "admin';\n// Ours.\n");
    edit(upstream, 'text.md', '`theirs-admin`', '`theirs-admin` and `@theirs/more`');
    write('theirs-more.js', "import '@theirs/core';\n");
    git(upstream, 'mv', 'bin/theirs-admin.js', 'theirs-admin.js');
    commit(upstream);

    take();

    expect(read('text.md')).toContain('Our one\n\n- run `ours-admin` and `@ours/more`');
    expect(read('ours-admin.js')).toBe("export const name = '@ours/admin';\n// Ours.\n");
    expect(read('ours-more.js')).toBe("import '@ours/core';\n");
  });

  it('takes each change once', () => {
    edit(upstream, 'text.md', 'Title', 'Their title');
    take();
    edit(mine, 'text.md', 'Their title', 'Our title');
    edit(upstream, 'text.md', 'Three', 'Four');
    take();

    expect(read('text.md')).toMatch(/^# Our title\n[^]*\nFour\n/);
    expect(upgrade('upstream/main')).toEqual({
      status: 0,
      output: expect.stringMatching(/^There is nothing to take/),
    });
  });

  it('shows what was edited here by the difference to the vendor branch', () => {
    edit(mine, 'text.md', 'One', 'Our one');
    edit(upstream, 'text.md', 'Three', 'Four');
    take();

    expect(git(mine, 'diff', '--shortstat', 'upstream-renamed')).toBe(
      '1 file changed, 1 insertion(+), 1 deletion(-)',
    );
  });

  it('goes on after a pull request that was squashed', () => {
    edit(upstream, 'text.md', 'Title', 'Their title');
    git(mine, 'switch', '--quiet', '--create', 'pull-request');
    edit(mine, 'text.md', 'One', 'Our one');
    take();
    const messages = git(mine, 'log', '--format=%B', 'main..pull-request', '--', '.');
    const trailer = git(mine, 'log', '-1', '--format=%(trailers)', 'upstream-renamed');
    git(mine, 'switch', '--quiet', 'main');
    git(mine, 'merge', '--quiet', '--squash', 'pull-request');
    git(mine, 'commit', '--quiet', '--message', `${messages}\n\n${trailer}`);
    git(mine, 'branch', '--delete', '--force', 'pull-request', 'upstream-renamed');
    edit(upstream, 'text.md', 'Their title', 'Their new title');

    take();

    expect(read('text.md')).toMatch(/^# Their new title\n\nOur one\n/);
  });

  it('works in a copy without history', () => {
    beginFromCopy();
    edit(mine, 'text.md', 'One', 'Our one');
    edit(upstream, 'text.md', 'Title', 'Their title');

    take();

    expect(read('text.md')).toMatch(/^# Their title\n\nOur one\n/);
  });

  it('is told what a copy was made from that was edited before its first commit', () => {
    beginFromCopy(() => appendFileSync(join(mine, 'text.md'), '\nOurs\n'));
    const base = git(upstream, 'rev-parse', 'HEAD');
    edit(upstream, 'text.md', 'Title', 'Their title');
    const before = git(mine, 'rev-parse', 'HEAD');
    expect(upgrade('upstream/main').output).toContain('npm run upgrade -- … --base <commit>');
    expect(git(mine, 'rev-parse', 'HEAD')).toBe(before);

    take('--base', base);

    expect(read('text.md')).toMatch(/^# Their title\n[^]*\nOurs\n$/);
  });

  it('names the files that both have changed, and can be given up and begun again', () => {
    edit(mine, 'text.md', 'Title', 'Our title');
    edit(upstream, 'text.md', 'Title', 'Their title');
    write('other.md', 'Other\n');
    commit(upstream);
    const { status, output } = upgrade('upstream/main');
    expect(status).toBe(1);
    expect(output).toMatch(/:\n {2}text\.md\n[^]*git merge --abort/);
    expect(read('text.md')).toContain('>>>>>>> upstream-renamed\n');

    git(mine, 'merge', '--abort');
    expect(read('text.md')).toMatch(/^# Our title\n/);
    expect(upgrade('upstream/main').status).toBe(1);
    write('text.md', 'Both\n', mine);
    git(mine, 'add', '--all');
    git(mine, 'commit', '--quiet', '--no-edit');
    expect(read('other.md')).toBe('Other\n');
    expect(upgrade('upstream/main').output).toMatch(/^There is nothing to take/);
  });

  it('goes on after another rename', () => {
    edit(upstream, 'text.md', 'Title', 'Their title');
    take();
    rename('again');
    edit(upstream, 'text.md', 'Three', 'Four `@theirs/more`');

    take();

    expect(read('text.md')).toContain('Four `@again/more`');
  });

  it('says which files one side has deleted and the other edited', () => {
    write('old.md', 'Old\n');
    write('older.md', 'Older\n');
    commit(upstream);
    take();
    edit(mine, 'old.md', 'Old', 'Our old');
    git(mine, 'rm', '--quiet', 'older.md');
    commit(mine);
    edit(upstream, 'older.md', 'Older', 'Their older');
    git(upstream, 'rm', '--quiet', 'old.md');
    commit(upstream);

    const { output } = upgrade('upstream/main');

    expect(output).toContain('\n  old.md (deleted by upstream)\n  older.md (deleted here)\n');
  });

  it.each([
    ['no commit', [], 'npm run upgrade upstream/main'],
    ['an unknown commit', ['upstream/nothing'], 'git knows no commit upstream/nothing'],
    ['an unknown base', ['upstream/main', '--base', '-x'], '--base'],
    ['two commits', ['upstream/main', 'upstream/main'], 'npm run upgrade upstream/main'],
  ])('changes nothing for %s', (_what, words, message) => {
    edit(upstream, 'text.md', 'Title', 'Their title');
    const before = git(mine, 'rev-parse', 'HEAD');

    const { status, output } = upgrade(...words);

    expect(status).toBe(1);
    expect(output).toContain(message);
    expect(git(mine, 'rev-parse', 'HEAD')).toBe(before);
  });

  it('says how to end a merge before the next one', () => {
    edit(mine, 'text.md', 'Title', 'Our title');
    edit(upstream, 'text.md', 'Title', 'Their title');
    upgrade('upstream/main');

    const unresolved = upgrade('upstream/main');
    git(mine, 'checkout', '--quiet', '--ours', 'text.md');
    git(mine, 'add', '--all');
    const resolved = upgrade('upstream/main');

    expect(unresolved).toMatchObject({ status: 1 });
    expect(unresolved.output).toMatch(/^A merge is not finished; [^]*:\n {2}text\.md\n/);
    expect(resolved).toMatchObject({ status: 1 });
    expect(resolved.output).toMatch(/^A merge is not finished\.\n/);
    for (const { output } of [unresolved, resolved]) {
      expect(output).toContain('git commit --no-edit');
      expect(output).toContain('git merge --abort');
    }
  });

  it('changes nothing while there are changes that are not committed', () => {
    edit(upstream, 'text.md', 'Title', 'Their title');
    write('new.md', 'Ours\n', mine);

    expect(upgrade('upstream/main')).toEqual({
      status: 1,
      output: 'There are changes that are not committed. Commit them first.\n',
    });
    expect(git(mine, 'worktree', 'list').split('\n')).toHaveLength(1);
  });
});
