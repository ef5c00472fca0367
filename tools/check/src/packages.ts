import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { pack, readLibraries, type Library } from './libraries.ts';
import { run } from './workspace.ts';

/** Packs the library and has the tarball judged. */
function check(library: Library, directory: string): boolean {
  try {
    const tarball = pack(library, directory);
    run('publint', ['run', '--strict', tarball], { cwd: library.folder });
    run('attw', [tarball, '--profile', 'esm-only'], { cwd: library.folder });
    process.stdout.write(`passed  ${library.name}\n`);
    return true;
  } catch (error) {
    process.stdout.write(`${(error as Error).message}\nFAILED  ${library.name}\n`);
    return false;
  }
}

const directory = mkdtempSync(join(tmpdir(), 'packages-'));
const outcomes = readLibraries().map((library) => check(library, directory));
rmSync(directory, { recursive: true });
process.exitCode = outcomes.every(Boolean) ? 0 : 1;
