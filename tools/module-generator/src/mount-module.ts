import { join } from 'node:path';

import { generateFiles, updateJson, type Tree } from '@nx/devkit';

import { insertBefore } from './insert-before.ts';
import type { ModuleNames } from './module-names.ts';

const FOLDER = 'apps/api/src/domains';
const LIST = `${FOLDER}/domains.ts`;

/**
 * Adds the module to the domains that the program builds and mounts. An app takes the libraries of
 * the workspace whatever their version, so that a release need not change it.
 */
export function mountModule(tree: Tree, names: ModuleNames): void {
  const compose = `compose${names.modulePascal}`;
  generateFiles(tree, join(import.meta.dirname, '../templates/mount'), FOLDER, { ...names });
  insertBefore(tree, LIST, '// <import of a new module>', [
    `import { ${compose} } from './${names.name}.ts';`,
  ]);
  insertBefore(tree, LIST, '// <new module>', [`${compose}(dependencies),`]);
  updateJson<Manifest>(tree, 'apps/api/package.json', (manifest) => ({
    ...manifest,
    dependencies: sorted({ ...manifest.dependencies, [`@org/${names.name}`]: '*' }),
  }));
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

function sorted(dependencies: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));
}
