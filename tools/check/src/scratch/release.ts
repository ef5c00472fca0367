import { ok } from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';

import { readLibraries } from '../libraries.ts';
import { ScratchWorkspace } from './scratch-workspace.ts';

/**
 * The gate of the release: dry runs of `nx release` over one breaking change. Committed as a fix, it
 * must be refused; committed as breaking, what it would write must raise every library and every
 * range of a library that depends on another, and tell the change.
 */
const libraries = readLibraries();
const [current = ''] = new Set(libraries.map(({ version }) => version));
const CHANGE = 'a change to be told in the changelog';
const REPORT = 'libs/core/api-report/index.api.md';
/** Part of every report of core. */
const DECLARATION = 'export interface Clock {';

function assertRaised(output: string): void {
  const [, next = ''] = /New version (\S+) written to manifest/.exec(output) ?? [];
  ok(next !== '' && next !== current, `no new version after ${current}:\n${output}`);
  for (const { name, dependencies } of libraries) {
    const update = output.split(`"name": "${name}",`)[1]?.split('"name": "')[0] ?? '';
    ok(update.includes(`+   "version": "${next}"`), `${name} is not raised to ${next}`);
    for (const dependency of dependencies.filter((each) => each.startsWith('@org/'))) {
      ok(
        update.includes(`+     "${dependency}": "^${next}"`),
        `${name} does not ask for ${dependency} ^${next}`,
      );
    }
  }
  ok(
    /^\+ - .*\*\*core:\*\* a change to be/m.test(output),
    'the changelog does not tell the change',
  );
  process.stdout.write(`${libraries.length} libraries from ${current} to ${next}\n`);
}

/** A release does not raise what is not published; an app with a range would soon fetch its libraries. */
async function assertAppsTakeAnyVersion(scratch: ScratchWorkspace): Promise<void> {
  const listing = await scratch.run('git', ['ls-files', 'apps/*/package.json']);
  for (const path of listing.trim().split('\n')) {
    const { dependencies = {} } = JSON.parse(scratch.read(path)) as {
      dependencies?: Readonly<Record<string, string>>;
    };
    const ranges = libraries.flatMap(({ name }) => dependencies[name] ?? []);
    ok(
      ranges.every((range) => range === '*'),
      `${path} asks for a version of a library; write "*"`,
    );
  }
}

/** Adds to the public API of core, and commits that. */
async function changeReport(
  scratch: ScratchWorkspace,
  line: string,
  message: string,
): Promise<void> {
  const report = scratch.read(REPORT);
  scratch.write(REPORT, report.replace(DECLARATION, line));
  ok(scratch.read(REPORT) !== report, `${REPORT} has no ${DECLARATION}`);
  await scratch.commit(message);
}

async function assertRefused(outcome: Promise<string>, change: string): Promise<void> {
  const output = await outcome.catch(String);
  const parts = ['hides a change of the public API', '@org/core, index', change];
  ok(
    parts.every((part) => output.includes(part)),
    `no release is refused because ${change}:\n${output}`,
  );
}

await ScratchWorkspace.use('release', async (scratch) => {
  await scratch.run('git', ['tag', `v${current}`]);
  await assertAppsTakeAnyVersion(scratch);
  await changeReport(scratch, `${DECLARATION}\n    breaks: true;`, `fix(core): ${CHANGE}`);
  await assertRefused(scratch.run('nx', ['release', 'version', '--dry-run']), 'Clock.breaks');
  await scratch.amend(`feat(core)!: ${CHANGE}`);
  const output = await scratch.run('nx', ['release', '--dry-run', '--skip-publish']);
  assertRaised(stripVTControlCharacters(output));

  // From 1.0.0 on an addition needs more than a patch.
  const check = (version: string): Promise<string> =>
    scratch.run('npm', ['run', 'api-changes', '--', '--version', version]);
  await scratch.run('git', ['tag', 'v1.0.0']);
  await changeReport(scratch, `export type Added = 1;\n\n${DECLARATION}`, 'feat(core): a type');
  await assertRefused(check('1.0.1'), 'Added is new');
  await check('1.1.0');
});
