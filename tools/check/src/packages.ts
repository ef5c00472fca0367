import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { pack, readLibraries } from './libraries.ts';
import { run, runCase } from './workspace.ts';

/** The gate of the packages: what npm would publish of each library is judged. */
const directory = mkdtempSync(join(tmpdir(), 'packages-'));
for (const library of readLibraries()) {
  await runCase(library.name, async () => {
    const tarball = await pack(library, directory);
    await run('publint', ['run', '--strict', tarball], { cwd: library.folder });
    await run('attw', [tarball, '--profile', 'esm-only'], { cwd: library.folder });
    return '';
  });
}
rmSync(directory, { recursive: true });
