import { ok } from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';

import { readLibraries } from '../libraries.ts';
import { ScratchWorkspace } from './scratch-workspace.ts';

/**
 * The gate of the release: a dry run of `nx release` over one new feature. What it would write must
 * raise every library and every range of a library that depends on another, and tell the feature.
 */
const libraries = readLibraries();
const [current = ''] = new Set(libraries.map(({ version }) => version));
const FEATURE = 'a feature to be told in the changelog';

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
  ok(output.includes(`+ - **core:** ${FEATURE}`), `the changelog does not tell the feature`);
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

await ScratchWorkspace.use('release', async (scratch) => {
  await scratch.run('git', ['tag', `v${current}`]);
  scratch.append('libs/core/src/index.ts', '\n// A change.\n');
  await scratch.commit(`feat(core): ${FEATURE}`);
  await assertAppsTakeAnyVersion(scratch);
  const output = await scratch.run('nx', ['release', '--dry-run', '--skip-publish']);
  assertRaised(stripVTControlCharacters(output));
});
