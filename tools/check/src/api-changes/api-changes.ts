import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';

import { inWorkspace, report, UsageError, workspaceRoot } from '@org/harness';

import { conclude, run } from '../workspace.ts';
import { parseApiReport } from './api-report.ts';
import { classifyChanges, type ApiChange } from './classify.ts';
import { isAtLeast, leastVersionAfter, levelOf } from './versions.ts';

const USAGE = `npm run api-changes                        since the last release
npm run api-changes -- --since <commit>    since another commit, also under other names
npm run api-changes -- --version <x.y.z>   fails if this version promises less than what changed
`;
const REPORTS = 'libs/*/api-report/*.api.md';
const RELEASE = /^v\d+\.\d+\.\d+$/;

/** The changes of one door. */
interface DoorChanges {
  /** Such as `@org/account, rest-api`. */
  readonly title: string;
  readonly changes: readonly ApiChange[];
}

async function git(...words: readonly string[]): Promise<readonly string[]> {
  return (await run('git', words)).split('\n').filter((line) => line !== '');
}

/** Such as `v1.2.3`; prereleases do not count, for they may change. */
async function findLastRelease(): Promise<string | undefined> {
  const tags = await git('tag', '--merged', 'HEAD', '--list', 'v*', '--sort=-version:refname');
  return tags.find((tag) => RELEASE.test(tag));
}

async function assertCommit(name: string): Promise<void> {
  try {
    await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
  } catch (error) {
    throw new UsageError(`git knows no commit ${name}.`, error);
  }
}

/** The scope of the packages in the text of a names.json, which is as old as renaming. */
function scopeIn(names: string): string {
  return (JSON.parse(names) as { readonly scope: string }).scope;
}

/** Under the names that hold here: `npm run rename-scope` changes no API. */
async function readReportsAt(
  base: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const show = (path: string): Promise<string> => run('git', ['show', `${base}:${path}`]);
  const now = scopeIn(readFileSync(inWorkspace('names.json'), 'utf8'));
  const hasNames = (await git('ls-tree', '--name-only', base, 'names.json')).length > 0;
  const old = hasNames ? scopeIn(await show('names.json')) : now;
  const rename = (text: string): string =>
    text.replaceAll(`"${old}/`, `"${now}/`).replaceAll(`'${old}/`, `'${now}/`);
  return new Map(
    await Promise.all(paths.map(async (path) => [path, rename(await show(path))] as const)),
  );
}

async function compareWith(base: string): Promise<readonly DoorChanges[]> {
  const earlier = await git('ls-tree', '-r', '--name-only', base, '--', 'libs');
  const isReport = (path: string): boolean =>
    /^libs\/[^/]+\/api-report\/[^/]+\.api\.md$/.test(path);
  const reports = await readReportsAt(base, earlier.filter(isReport));
  const paths = new Set([...reports.keys(), ...globSync(REPORTS, { cwd: workspaceRoot }).sort()]);
  return [...paths].map((path) => {
    const after = existsSync(inWorkspace(path))
      ? readFileSync(inWorkspace(path), 'utf8')
      : undefined;
    return compareReports(path, reports.get(path), after);
  });
}

function compareReports(path: string, before?: string, after?: string): DoorChanges {
  const [one, other] = [before, after].map((text) =>
    text === undefined ? undefined : parseApiReport(text),
  );
  const title = `${(other ?? one)?.packageName}, ${basename(path, '.api.md')}`;
  if (one === undefined) {
    return { title, changes: [{ level: 'minor', text: 'the entry point is new' }] };
  }
  return other === undefined
    ? { title, changes: [{ level: 'major', text: 'the entry point is gone' }] }
    : { title, changes: classifyChanges(one, other) };
}

function render({ title, changes }: DoorChanges): readonly string[] {
  return [title, ...changes.map(({ level, text }) => `  ${level}: ${text}`)];
}

function describe(doors: readonly DoorChanges[], base: string): readonly string[] {
  const changed = doors.filter(({ changes }) => changes.length > 0);
  const level = levelOf(changed.flatMap(({ changes }) => changes));
  const count = `${changed.length} of ${doors.length} entry points changed since ${base}: ${level}.`;
  const least = RELEASE.test(base)
    ? [`The next version must be at least ${leastVersionAfter(base.slice(1), level)}.`]
    : [];
  return [...changed.flatMap(render), [count, ...least].join(' ')];
}

/** What the version does not tell; nothing if it is large enough. */
function findUntold(
  doors: readonly DoorChanges[],
  released: string,
  next: string,
): readonly string[] {
  const isUntold = ({ level }: ApiChange): boolean =>
    !isAtLeast(next, leastVersionAfter(released, level));
  const untold = doors
    .map(({ title, changes }) => ({ title, changes: changes.filter(isUntold) }))
    .filter(({ changes }) => changes.length > 0);
  if (untold.length === 0) {
    return [];
  }
  const least = leastVersionAfter(released, levelOf(untold.flatMap(({ changes }) => changes)));
  return [
    `Version ${next} after ${released} hides a change of the public API; it must be at least ${least}.`,
    ...untold.flatMap(render),
    'Commit what adds to the API as feat: and what breaks it as feat!:, without a scope or with the name of a library, such as core; or release with a larger version.',
  ];
}

function readArguments() {
  const options = {
    since: { type: 'string' },
    version: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  if (process.env['npm_config_since']) {
    throw new UsageError('Options go after --, or npm takes them for its own.');
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, error);
  }
}

/**
 * Classifies how the API reports changed since the last release, or since another commit with
 * `--since`. With `--version`, fails if that version promises less than what changed: `nx release`
 * asks for the version that it is about to write.
 */
async function main(): Promise<void> {
  const { since, version, help } = readArguments();
  if (help) {
    process.stdout.write(USAGE);
    return;
  }
  const base = since ?? (await findLastRelease());
  if (base === undefined) {
    conclude([], 'There is no release yet to compare with.');
    return;
  }
  if (version !== undefined && !(RELEASE.test(base) && /^\d+\.\d+\.\d+(?:[-+]|$)/.test(version))) {
    throw new UsageError(
      '--version takes a version such as 1.2.3, after a release such as v1.2.2.',
    );
  }
  await assertCommit(base);
  const doors = await compareWith(base);
  const untold = version === undefined ? [] : findUntold(doors, base.slice(1), version);
  conclude(untold, ...(untold.length === 0 ? describe(doors, base) : []));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) {
    throw error;
  }
  report(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
