import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

import { installedPrograms, run } from '../workspace.ts';

/** A kind of project that uses a library from outside of this workspace. */
export interface ConsumerKind {
  readonly description: string;
  /** How package.json says that its files are to be read. */
  readonly type: 'module' | 'commonjs';
  /** Whose Node runs it: the pinned one, or that of the machine. */
  readonly node: string;
  /** What it installs besides the libraries; TypeScript where it is TypeScript. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** What must not be there after its install. */
  readonly absent: readonly string[];
  /** Whether it goes on until it is stopped; it then prints its address. */
  readonly isServer: boolean;
}

const pinnedNode = join(installedPrograms, 'node');
const typescript = { typescript: '6.0.3', '@types/node': '24.19.2' };

export const consumerKinds: Readonly<Record<string, ConsumerKind>> = {
  esm: {
    description: 'TypeScript, ESM, without HTTP',
    type: 'module',
    node: pinnedNode,
    dependencies: typescript,
    absent: ['fastify'],
    isServer: false,
  },
  fastify: {
    description: 'a Fastify app with routes and a guard of its own',
    type: 'module',
    node: pinnedNode,
    dependencies: { ...typescript, fastify: '^5.12.0' },
    absent: [],
    isServer: true,
  },
  commonjs: {
    description: "CommonJS on the machine's own Node",
    type: 'commonjs',
    node: 'node',
    dependencies: {},
    absent: ['fastify'],
    isServer: false,
  },
};

export interface ConsumerProjectOptions {
  readonly kind: ConsumerKind;
  /** Where it is made; must not be there. */
  readonly folder: string;
  readonly code: string;
  /** Tarballs by the names of their packages. */
  readonly tarballs: ReadonlyMap<string, string>;
}

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
  const isTypeScript = 'typescript' in kind.dependencies;
  const source = join(folder, isTypeScript ? 'main.ts' : 'main.js');
  const ofTarballs = [...tarballs].map(([name, path]) => [name, `file:${path}`] as const);
  mkdirSync(folder, { recursive: true });
  writeJson(join(folder, 'package.json'), {
    name: 'consumer',
    private: true,
    type: kind.type,
    dependencies: { ...kind.dependencies, ...Object.fromEntries(ofTarballs) },
  });
  writeFileSync(source, code);
  const words = ['install', '--no-audit', '--no-fund', '--prefer-offline'];
  await run('npm', words, { cwd: folder, env: outsideEnvironment() });
  assertClosed(options);
  if (!isTypeScript) {
    return source;
  }
  writeJson(join(folder, 'tsconfig.json'), TYPESCRIPT_CONFIGURATION);
  await run(join(folder, 'node_modules/.bin/tsc'), [], { cwd: folder });
  return join(folder, 'dist/main.js');
}

/** The environment of the machine, as a stranger's shell has it. */
export function outsideEnvironment(): NodeJS.ProcessEnv {
  const path = (process.env['PATH'] ?? '').split(delimiter);
  const ofMachine = path.filter((folder) => !folder.includes('node_modules'));
  return { ...process.env, PATH: ofMachine.join(delimiter), NODE_OPTIONS: '' };
}

function assertClosed({ kind, folder, tarballs }: ConsumerProjectOptions): void {
  const present = kind.absent.filter((name) => existsSync(join(folder, 'node_modules', name)));
  if (present.length > 0) {
    throw new Error(`installed although optional: ${present.join(', ')}`);
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

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value, undefined, 2));
}
