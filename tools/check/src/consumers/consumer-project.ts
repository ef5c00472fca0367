import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

import { installedPrograms, run } from '../workspace.ts';
import type { ConsumerKind } from './consumer-kinds.ts';

interface ConsumerProjectOptions {
  readonly kind: ConsumerKind;
  /** Where it is made; must not be there. */
  readonly folder: string;
  readonly code: string;
  /** Tarballs by the names of their packages. */
  readonly tarballs: ReadonlyMap<string, string>;
}

const TYPESCRIPT = { typescript: '6.0.3', '@types/node': '24.19.2' };
// With skipLibCheck off, a declaration that its readers cannot compile is an error.
const COMPILER_OPTIONS = {
  ...{ target: 'es2023', module: 'nodenext', types: ['node'], outDir: 'dist' },
  ...{ strict: true, skipLibCheck: false },
};
/** Files that are in a tarball and that nobody may import. */
const CLOSED = ['dist/index.js', 'dist/types.js', 'src/index.ts', 'internal/anything.js'];

/**
 * Makes a project outside of the workspace that depends on the packed libraries, installs it, and
 * compiles what is TypeScript.
 *
 * @returns the program that it is
 * @throws Error if it has or can import what it should not
 */
export async function makeConsumerProject(options: ConsumerProjectOptions): Promise<string> {
  const { kind, folder, code, tarballs } = options;
  const isTypeScript = kind.type === 'module';
  const source = join(folder, isTypeScript ? 'main.ts' : 'main.js');
  const ofTarballs = [...tarballs].map(([name, path]) => [name, `file:${path}`] as const);
  const dependencies = {
    ...(isTypeScript && TYPESCRIPT),
    ...kind.packages,
    ...Object.fromEntries(ofTarballs),
  };
  mkdirSync(folder, { recursive: true });
  const manifest = { name: 'consumer', private: true, type: kind.type, dependencies };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(source, code);
  const words = ['install', '--no-audit', '--no-fund', '--prefer-offline'];
  await run('npm', words, { cwd: folder, env: outsideEnvironment() });
  assertClosed(options);
  if (!isTypeScript) {
    return source;
  }
  const compilerOptions = { ...COMPILER_OPTIONS, ...kind.compilerOptions };
  const configuration = { compilerOptions, files: ['main.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration));
  await run(join(folder, 'node_modules/.bin/tsc'), [], { cwd: folder });
  return join(folder, 'dist/main.js');
}

/** The Node that runs projects of a kind. */
export function nodeOf({ type }: ConsumerKind): string {
  return type === 'module' ? join(installedPrograms, 'node') : 'node';
}

/** The environment of the machine, as a stranger's shell has it. */
export function outsideEnvironment(): NodeJS.ProcessEnv {
  const path = (process.env['PATH'] ?? '').split(delimiter);
  const ofMachine = path.filter((folder) => !folder.includes('node_modules'));
  return { ...process.env, PATH: ofMachine.join(delimiter), NODE_OPTIONS: '' };
}

function assertClosed({ kind, folder, tarballs }: ConsumerProjectOptions): void {
  if (kind.packages === undefined && existsSync(join(folder, 'node_modules/fastify'))) {
    throw new Error('installed although optional: fastify');
  }
  const { resolve } = createRequire(join(folder, 'main.js'));
  const paths = [...tarballs.keys()].flatMap((name) => CLOSED.map((path) => `${name}/${path}`));
  const open = paths.filter((path) => !isClosed(path, resolve));
  if (open.length > 0) {
    throw new Error(`to be imported although not exported: ${open.join(', ')}`);
  }
}

function isClosed(path: string, resolve: (path: string) => string): boolean {
  try {
    resolve(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}
