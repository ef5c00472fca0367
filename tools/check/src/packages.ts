import { TemporaryDirectory } from '@org/harness';

import { pack, readLibraries } from './libraries.ts';
import { run, runCase } from './workspace.ts';

/** The gate of the packages: what npm would publish of each library is judged. */
const directory = new TemporaryDirectory('packages').path;
for (const library of readLibraries()) {
  await runCase(library.name, async () => {
    const tarball = await pack(library, directory);
    await run('publint', ['run', '--strict', tarball], { cwd: library.folder });
    await run('attw', [tarball, '--profile', 'esm-only'], { cwd: library.folder });
  });
}
