import { join } from 'node:path';

import { generateFiles, updateJson, type Tree } from '@nx/devkit';
import { insertBefore } from '@org/boundaries';

import type { ModuleNames } from './module-names.ts';

const FOLDER = 'apps/api/src/domains';
const LIST = `${FOLDER}/domains.ts`;

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Adds the module to the domains that the program builds and mounts. An app takes the libraries of
 * the workspace whatever their version, so that a release need not change it.
 */
export function mountModule(tree: Tree, names: ModuleNames): void {
  const compose = `compose${names.modulePascal}`;
  generateFiles(tree, join(import.meta.dirname, '../templates/mount'), FOLDER, { ...names });
  const importing = `import { ${compose} } from './${names.name}.ts';`;
  const list = tree.read(LIST, 'utf-8') ?? '';
  const imported = insertBefore(LIST, list, '// <import of a new module>', importing);
  tree.write(LIST, insertBefore(LIST, imported, '// <new module>', `${compose}(dependencies),`));
  updateJson<Manifest>(tree, 'apps/api/package.json', (manifest) => {
    const dependencies = { ...manifest.dependencies, [`@org/${names.name}`]: '*' };
    const sorted = Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1));
    return { ...manifest, dependencies: Object.fromEntries(sorted) };
  });
}
