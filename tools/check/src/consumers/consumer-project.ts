import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

import { installedPrograms, run } from '../workspace.ts';

/** A kind of project that uses a library from outside of this workspace. */
export interface ConsumerKind {
  readonly description: string;
  /** ES modules are TypeScript and run on the pinned Node, CommonJS on that of the machine. */
  readonly type: 'module' | 'commonjs';
  /** Whether it is a Fastify app, which prints its address and goes on until it is stopped. */
  readonly isServer: boolean;
}

export const consumerKinds: Readonly<Record<string, ConsumerKind>> = {
  esm: { description: 'TypeScript, ESM, without HTTP', type: 'module', isServer: false },
  fastify: {
    description: 'a Fastify app with routes and a guard of its own',
    type: 'module',
    isServer: true,
  },
  commonjs: {
    description: "CommonJS on the machine's own Node",
    type: 'commonjs',
    isServer: false,
  },
};

interface ConsumerProjectOptions {
  readonly kind: ConsumerKind;
  /** Where it is made; must not be there. */
  readonly folder: string;
  readonly code: string;
  /** Tarballs by the names of their packages. */
  readonly tarballs: ReadonlyMap<string, string>;
}

const FASTIFY = { fastify: '^5.12.0' };
const TYPESCRIPT = { typescript: '6.0.3', '@types/node': '24.19.2' };
// With skipLibCheck off, a declaration that its readers cannot compile is an error.
const TYPESCRIPT_CONFIGURATION = {
  compilerOptions: {
    ...{ target: 'es2023', module: 'nodenext', types: ['node'], outDir: 'dist' },
    ...{ strict: true, skipLibCheck: false },
  },
  files: ['main.ts'],
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
    ...(kind.isServer && FASTIFY),
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
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TYPESCRIPT_CONFIGURATION));
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
  if (!kind.isServer && existsSync(join(folder, 'node_modules/fastify'))) {
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
