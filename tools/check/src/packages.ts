import { TemporaryDirectory } from '@org/harness';

import { pack, readLibraries } from './libraries.ts';
import { run, runCase } from './workspace.ts';

/** The gate of the packages: what npm would publish of each library is judged. */
const directory = new TemporaryDirectory('packages').path;
const tarballs = await pack(readLibraries(), directory);
for (const [name, tarball] of tarballs) {
  await runCase(name, async () => {
    await run('publint', ['run', '--strict', tarball]);
    await run('attw', [tarball, '--profile', 'esm-only']);
  });
}
