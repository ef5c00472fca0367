import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { inWorkspace } from '@org/harness';

import { run } from './workspace.ts';

/** A library that is published. */
export interface Library {
  /** Such as `@org/account`. */
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly doors: readonly Door[];
  /** Names of the packages that it installs. */
  readonly dependencies: readonly string[];
}

/** An entry point: what its package.json exports with types. */
export interface Door {
  /** `index`, or the path below the package's name. */
  readonly name: string;
  /** The declarations that the build made. */
  readonly types: string;
}

interface Manifest extends Pick<Library, 'name' | 'version'> {
  readonly dependencies?: object;
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

export function readLibraries(): readonly Library[] {
  const libraries = inWorkspace('libs');
  return readdirSync(libraries).map((directory) => {
    const folder = join(libraries, directory);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    const { name, version, dependencies = {} } = manifest;
    const doors = Object.entries(manifest.exports).flatMap(([path, target]) =>
      typeof target === 'string'
        ? []
        : [{ name: path.slice(2) || 'index', types: join(folder, target.types) }],
    );
    return { name, version, folder, doors, dependencies: Object.keys(dependencies) };
  });
}

/**
 * Packs libraries as npm would publish them.
 *
 * @returns the paths of the tarballs, by the names of their packages
 */
export async function pack(
  libraries: readonly Library[],
  destination: string,
): Promise<ReadonlyMap<string, string>> {
  const folders = libraries.map(({ folder }) => folder);
  await run('npm', ['pack', '--silent', '--pack-destination', destination, ...folders]);
  const tarballs = libraries.map(({ name, version }) => {
    return [name, join(destination, `${name.slice(1).replace('/', '-')}-${version}.tgz`)] as const;
  });
  return new Map(tarballs);
}
