import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { installedPrograms, runInBackground } from '../workspace.ts';
import { findOpenPaths } from './closed-paths.ts';
import type { ConsumerKind } from './consumer-kinds.ts';

export interface ConsumerProjectOptions {
  readonly kind: ConsumerKind;
  /** Where it is made; must not be there. */
  readonly folder: string;
  readonly code: string;
  /** Tarballs by the names of their packages. */
  readonly tarballs: ReadonlyMap<string, string>;
}

/** The consumer could do what it should not. */
export class OpenPackageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/**
 * Makes a project outside of the workspace that depends on the packed libraries, installs it, and
 * compiles what is TypeScript.
 *
 * @returns the program that it is
 */
export async function makeConsumerProject(options: ConsumerProjectOptions): Promise<string> {
  const { kind, folder, code, tarballs } = options;
  const isTypeScript = kind.file.endsWith('.ts');
  mkdirSync(folder, { recursive: true });
  writeJson(join(folder, 'package.json'), {
    name: 'consumer',
    private: true,
    type: kind.type,
    dependencies: {
      ...kind.dependencies,
      ...Object.fromEntries([...tarballs].map(([name, path]) => [name, `file:${path}`])),
    },
  });
  writeFileSync(join(folder, kind.file), code);
  const words = ['install', '--no-audit', '--no-fund', '--prefer-offline'];
  await runInBackground('npm', words, { cwd: folder, env: outsideEnvironment() });
  assertClosed(options);
  if (isTypeScript) {
    writeJson(join(folder, 'tsconfig.json'), typescriptConfiguration);
    await runInBackground(join(folder, 'node_modules/.bin/tsc'), [], { cwd: folder });
  }
  return join(folder, isTypeScript ? 'dist/main.js' : kind.file);
}

function assertClosed({ kind, folder, tarballs }: ConsumerProjectOptions): void {
  const present = kind.absent.filter((name) => existsSync(join(folder, 'node_modules', name)));
  if (present.length > 0) {
    throw new OpenPackageError(`installed although optional: ${present.join(', ')}`);
  }
  const open = findOpenPaths(folder, [...tarballs.keys()]);
  if (open.length > 0) {
    throw new OpenPackageError(`to be imported although not exported: ${open.join(', ')}`);
  }
}

/** The environment of the machine, as a stranger's shell has it. */
export function outsideEnvironment(): NodeJS.ProcessEnv {
  const path = (process.env['PATH'] ?? '').split(delimiter);
  const ofMachine = path.filter((folder) => !folder.includes('node_modules'));
  return { ...process.env, PATH: ofMachine.join(delimiter), NODE_OPTIONS: '' };
}

/** The program `node` of the machine or of this workspace. */
export function nodeOf({ node }: ConsumerKind): string {
  return node === 'pinned' ? join(installedPrograms, 'node') : 'node';
}

// With skipLibCheck off, a declaration that its readers cannot compile is an error.
const typescriptConfiguration = {
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: false,
    outDir: 'dist',
  },
  files: ['main.ts'],
};

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value, undefined, 2));
}
