import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { Commands } from './commands.ts';

const ADMIN_SOURCES = 'apps/admin-cli/src/**/*.ts';
const ADMIN_COMMAND = /\.command\(\s*'([a-z][a-z-]*)/g;

interface Manifest {
  readonly scripts?: object;
  /** Path of the list of generators. */
  readonly generators?: string;
}

/** The commands that this workspace has. */
export function readCommands(root: string): Commands {
  const manifest = readJson(join(root, 'package.json')) as Manifest;
  const { resolve } = createRequire(join(root, 'package.json'));
  return {
    npmScripts: new Set(Object.keys(manifest.scripts ?? {})),
    adminCommands: readAdminCommands(root),
    hasGenerator: (name) => {
      const [collection = '', generator = ''] = name.split(':');
      return findGenerators(resolve, collection).includes(generator);
    },
  };
}

function readAdminCommands(root: string): ReadonlySet<string> {
  const sources = globSync(ADMIN_SOURCES, { cwd: root });
  return new Set(
    sources
      .map((path) => readFileSync(join(root, path), 'utf8'))
      .flatMap((source) => [...source.matchAll(ADMIN_COMMAND)])
      .map(([, name = '']) => name),
  );
}

function findGenerators(resolve: (path: string) => string, collection: string): readonly string[] {
  try {
    const { generators } = readJson(resolve(`${collection}/package.json`)) as Manifest;
    const list = resolve(join(collection, generators ?? ''));
    return Object.keys((readJson(list) as { generators: object }).generators);
  } catch {
    return [];
  }
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
