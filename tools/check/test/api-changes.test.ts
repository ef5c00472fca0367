import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { inWorkspace, workspaceRoot } from '@org/harness';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { parseApiReport } from '../src/api-changes/api-report.ts';
import { classifyChanges } from '../src/api-changes/classify.ts';
import { isAtLeast, leastVersionAfter, levelOf } from '../src/api-changes/versions.ts';

function report(code: string): string {
  return `## API Report File for "@org/core"\n\n\`\`\`ts\n\n${code}\n\n\`\`\`\n`;
}

function classify(before: string, after: string): readonly string[] {
  const [one, other] = [before, after].map((code) => parseApiReport(report(code)));
  return classifyChanges(one!, other!).map(({ level, text }) => `${level}: ${text}`);
}

describe(parseApiReport, () => {
  it('refuses what is no report', () => {
    expect(() => parseApiReport('# Notes')).toThrow('A report of API Extractor has a title');
  });
});

describe(classifyChanges, () => {
  it('takes comments, order and line breaks for no change', () => {
    const before = `
      import type { Clock } from '@org/core';
      // @public (undocumented)
      export interface A { readonly one: 1; two(): void; }
      // @public
      export function f(a: { readonly one: 1; }): void;
      export function f(a: string): void;`;
    const after = `
      import { Clock } from '@org/core';
      export function f(a: string): void;
      export function f(a: {
        readonly one: 1;
      }): void;
      // @public
      export interface A {
        // (undocumented)
        two(): void;
        readonly one: 1;
      }`;

    expect(classify(before, after)).toEqual([]);
  });

  it.each([
    ['an export', '', 'export type A = 1;', 'A is new'],
    ['a re-export', '', 'export { A }', 'A is new'],
    [
      'an optional property',
      'export interface A {}',
      'export interface A { readonly b?: 1; }',
      'A.b is new',
    ],
    [
      'an optional method',
      'export interface A {}',
      'export interface A { b?(): void; }',
      'A.b is new',
    ],
    [
      'an optional property of a type',
      'export type A = { b: 1; };',
      'export type A = { b: 1; c?: 1; };',
      'A.c is new',
    ],
    [
      'a method of a class',
      'export class A {}',
      'export class A { b(): void; static c(): A; get d(): 1; }',
      'A.b is new, A.c is new, A.d is new',
    ],
    [
      'a property of a constant',
      'export const a: { readonly B: 1; };',
      'export const a: { readonly B: 1; readonly C: 2; };',
      'a.C is new',
    ],
    [
      'an optional parameter at the end',
      'export function f(a: 1): void; export class A { constructor(a: 1); }',
      'export function f(a: 1, b?: 2): void; export class A { constructor(a: 1, ...b: 2[]); }',
      'f takes more, A.constructor takes more',
    ],
  ])('counts %s as minor', (_, before, after, expected) => {
    const changes = expected.split(', ').map((text) => `minor: ${text}`);

    expect(classify(before, after)).toEqual(changes);
  });

  it.each([
    ['an export that is gone', 'export type A = 1;', '', 'A is gone'],
    ['another type', 'export type A = 1 | 2;', 'export type A = 1 | 2 | 3;', 'A is different'],
    [
      'another kind of declaration',
      'export type A = { b: 1; };',
      'export interface A { b: 1; }',
      'A is different',
    ],
    [
      'another base',
      'export interface A extends B {}',
      'export interface A extends C {}',
      'A is different',
    ],
    [
      'a member that is gone',
      'export interface A { b?: 1; }',
      'export interface A {}',
      'A.b is gone',
    ],
    [
      'a property that must be there',
      'export interface A {}',
      'export interface A { b: 1; }',
      'A.b is new and must be there',
    ],
    [
      'a method of an interface, which users may implement',
      'export interface A {}',
      'export interface A { b(): void; }',
      'A.b is new and must be there',
    ],
    [
      'an index signature',
      'export interface A {}',
      'export interface A { [name: string]: 1; }',
      'A.[name: string]: 1; is new and must be there',
    ],
    [
      'an abstract method, which subclasses must have',
      'export abstract class A {}',
      'export abstract class A { protected abstract b(): void; }',
      'A.b is new and must be there',
    ],
    [
      'a constructor',
      'export class A {}',
      'export class A { constructor(b: 1); }',
      'A.constructor is new and must be there',
    ],
    [
      'a property that was optional',
      'export interface A { b?: 1; }',
      'export interface A { b: 1; }',
      'A.b is different',
    ],
    [
      'a method that was optional',
      'export interface A { b?(): void; }',
      'export interface A { b(c?: 1): void; }',
      'A.b is different',
    ],
    [
      'a parameter that must be there',
      'export function f(): void;',
      'export function f(a: 1): void;',
      'f is different',
    ],
    [
      'another parameter',
      'export function f(a: 1): void;',
      'export function f(a: 2, b?: 1): void;',
      'f is different',
    ],
    [
      'another result',
      'export class A { b(): 1; }',
      'export class A { b(c?: 1): 2; }',
      'A.b is different',
    ],
    [
      'one more overload',
      'export function f(a: 1): void;',
      'export function f(a: 1): void; export function f(a: 2): void;',
      'f is different',
    ],
    [
      'a declaration that is merged with another',
      'export interface A {}',
      'export interface A {} export class A {}',
      'A is different',
    ],
    [
      'a name that comes from elsewhere',
      "import { A } from '@org/core';",
      "import { A } from '@org/events';",
      "A is imported from '@org/events'",
    ],
    [
      'a name that means another',
      "import { A } from '@org/core';",
      "import { B as A } from '@org/core';",
      "A is imported from B of '@org/core'",
    ],
  ])('counts %s as major', (_, before, after, expected) => {
    expect(classify(before, after)).toEqual([`major: ${expected}`]);
  });
});

describe(levelOf, () => {
  const [addition, removal] = [
    { level: 'minor', text: '' },
    { level: 'major', text: '' },
  ] as const;

  it('is what the largest change is, and a patch without any', () => {
    expect(levelOf([addition, removal, addition])).toBe('major');
    expect(levelOf([addition])).toBe('minor');
    expect(levelOf([])).toBe('patch');
  });
});

describe(leastVersionAfter, () => {
  it.each([
    ['1.2.3', 'patch', '1.2.4'],
    ['1.2.3', 'minor', '1.3.0'],
    ['1.2.3', 'major', '2.0.0'],
    ['0.2.3', 'patch', '0.2.4'],
    ['0.2.3', 'minor', '0.2.4'],
    ['0.2.3', 'major', '0.3.0'],
  ] as const)('raises %s by a %s to %s', (released, level, expected) => {
    expect(leastVersionAfter(released, level)).toBe(expected);
  });

  it('refuses what is no version', () => {
    expect(() => leastVersionAfter('next', 'patch')).toThrow('next is no version such as 1.2.3.');
  });
});

describe(isAtLeast, () => {
  it.each([
    ['1.2.3', '1.2.3', true],
    ['1.10.0', '1.9.9', true],
    ['2.0.0-rc.1', '2.0.0', true],
    ['1.2.3', '1.2.4', false],
    ['1.9.9', '2.0.0', false],
  ])('asks whether %s is at least %s', (version, least, expected) => {
    expect(isAtLeast(version, least)).toBe(expected);
  });
});

// Each test runs git and the program.
describe('npm run api-changes', () => {
  let folder: string;
  /** With it, git writes nothing into this repository. */
  let environment: NodeJS.ProcessEnv;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'api-changes-'));
    environment = process.env;
    environment = {
      ...process.env,
      GIT_DIR: git('rev-parse', '--absolute-git-dir'),
      GIT_WORK_TREE: join(folder, 'theirs'),
      GIT_INDEX_FILE: join(folder, 'index'),
      GIT_ALTERNATE_OBJECT_DIRECTORIES: resolve(
        workspaceRoot,
        git('rev-parse', '--git-path', 'objects'),
      ),
      GIT_OBJECT_DIRECTORY: folder,
    };
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function git(...words: readonly string[]): string {
    const options = { cwd: workspaceRoot, encoding: 'utf8', env: environment } as const;
    return execFileSync('git', words, options).trim();
  }

  function run(...words: string[]) {
    const program = 'tools/check/src/api-changes/api-changes.ts';
    const all = ['--conditions=@org/source', program, ...words];
    const options = { cwd: workspaceRoot, encoding: 'utf8', env: environment } as const;
    return spawnSync(process.execPath, all, options);
  }

  /** Commits names and reports as they are here, but for what is replaced. */
  function commit(replace: (text: string) => string): string {
    const reports = globSync('libs/*/api-report/*.api.md', { cwd: workspaceRoot });
    for (const path of ['names.json', ...reports]) {
      const file = join(folder, 'theirs', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, replace(readFileSync(inWorkspace(path), 'utf8')));
    }
    git('-C', join(folder, 'theirs'), 'add', '--all');
    const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
    return git(...author, 'commit-tree', git('write-tree'), '-m', 'chore: names of others');
  }

  it('takes the names of others for no change, and finds what is one', () => {
    const names = JSON.parse(readFileSync(inWorkspace('names.json'), 'utf8')) as { scope: string };
    const base = commit((text) =>
      text
        .replaceAll(new RegExp(`${names.scope}(?=["'/])`, 'g'), '@theirs')
        .replaceAll('export interface Clock {', 'export interface Watch {'),
    );

    const { stdout } = run('--since', base);

    expect(stdout).toContain(
      `${names.scope}/core, index\n  major: Watch is gone\n  minor: Clock is new\n`,
    );
    expect(stdout).toMatch(/^1 of \d+ entry points changed since/m);
  });

  it.each([
    [['--since', 'nowhere'], 'git knows no commit nowhere.'],
    [['--sinec', 'v1.0.0'], "Unknown option '--sinec'"],
    [['v1.0.0'], "Unexpected argument 'v1.0.0'"],
    [['--since', 'HEAD', '--version', '1.0.0'], '--version takes a version such as 1.2.3'],
  ])('answers %j with one line and its usage', (words, problem) => {
    const { status, stdout, stderr } = run(...words);

    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(problem);
    expect(stderr).toContain('npm run api-changes -- --since <commit>');
    expect(stderr).not.toContain('    at ');
  });

  it('refuses an option that npm has taken for its own', () => {
    environment = { ...environment, npm_config_since: 'v1.0.0' };

    expect(run()).toMatchObject({ status: 2, stderr: expect.stringContaining('go after --') });
  });

  it('tells its usage', () => {
    const { status, stdout } = run('--help');

    expect(status).toBe(0);
    expect(stdout).toContain('npm run api-changes -- --since <commit>');
  });
});
