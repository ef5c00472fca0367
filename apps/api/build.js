/**
 * Builds the program to one file, `dist/main.js`, which starts in about half the time of the
 * sources: what a start costs is mostly finding and reading hundreds of small files.
 *
 * Run by `node apps/api/build.js`.
 */
import { join } from 'node:path';

import { build } from 'esbuild';

const directory = import.meta.dirname;

await build({
  absWorkingDir: directory,
  entryPoints: ['src/main.ts'],
  outfile: join(directory, 'dist', 'main.js'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  conditions: ['@org/source'],
  // argon2 finds its compiled part beside itself; the local mongod is for development only.
  external: ['argon2', '@org/local-mongodb'],
  // CommonJS packages call require for Node's own modules, which an ES module does not have.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  // Not the identifiers: errors are logged and told apart by the names of their classes. The option
  // keepNames would cost a call for every function that is made, at each start and in each request.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: 'linked',
  logLevel: 'warning',
});
