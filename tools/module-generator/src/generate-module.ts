import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import {
  formatFiles,
  generateFiles,
  logger,
  readJson,
  updateJson,
  type GeneratorCallback,
  type Tree,
} from '@nx/devkit';
import { addModule } from '@org/boundaries';

import { checkNames } from './check-names.ts';
import { nameModule, type ModuleNames, type ModuleOptions } from './module-names.ts';
import { mountModule } from './mount-module.ts';

const MODULE_MAP = 'tools/boundaries/module-map.js';

/**
 * Generator `module`: a library with a working example, its entry in the module map, and its place
 * in the program.
 *
 * @returns what Nx runs once the files are written: links the new package and updates references
 * @throws RefusedNameError before anything is changed
 */
export async function generateModule(
  tree: Tree,
  options: ModuleOptions,
): Promise<GeneratorCallback> {
  const names = nameModule(options);
  const isMounted = options.mount ?? true;
  checkNames(tree, names);
  addLibrary(tree, names);
  addToWorkspace(tree, names, isMounted);
  if (isMounted) {
    mountModule(tree, names);
  }
  await formatFiles(tree);
  return () => {
    updateWorkspace(tree.root, isMounted);
    logger.info(renderNextSteps(names, isMounted));
  };
}

function addLibrary(tree: Tree, names: ModuleNames): void {
  const folder = `libs/${names.name}`;
  const { version: coreVersion } = readJson<{ version: string }>(tree, 'libs/core/package.json');
  const substitutions = { ...names, coreVersion };
  generateFiles(tree, join(import.meta.dirname, '../templates/module'), folder, substitutions);
  tree.write(`${folder}/LICENSE`, tree.read('LICENSE') ?? '');
}

/** Its entry in the module map, and that of its types. */
function addToWorkspace(tree: Tree, names: ModuleNames, isMounted: boolean): void {
  const { name, pluralSnake: collection } = names;
  const entry = { name, dependencies: ['core'], collection, isMounted };
  tree.write(MODULE_MAP, addModule(tree.read(MODULE_MAP, 'utf-8') ?? '', entry));
  updateJson<{ references: readonly { path: string }[] }>(tree, 'tsconfig.json', (config) => ({
    ...config,
    references: [...config.references, { path: `./libs/${name}` }],
  }));
}

/** Links the package, and writes what is made of the code and kept in git. */
function updateWorkspace(workspaceRoot: string, isMounted: boolean): void {
  const run = (command: string, ...words: string[]): void => {
    execFileSync(command, words, { cwd: workspaceRoot, stdio: 'inherit' });
  };
  // Everything that follows would miss the package until npm has linked it.
  run('npm', 'run', '--silent', 'setup', '--', '--update');
  run('npx', 'nx', 'sync');
  run('npm', 'run', '--silent', 'boundaries', '--', '--write');
  if (isMounted) {
    run('npm', 'run', '--silent', 'openapi');
  }
}

function renderNextSteps({ name, pluralKebab }: ModuleNames, isMounted: boolean): string {
  const routes = `/api/accounts/:account_id/${pluralKebab}`;
  return [
    '',
    `libs/${name} is there${isMounted ? `, and npm start serves ${routes}` : ', and no app mounts it'}.`,
    `Its tests: npm test -- --project ${name}`,
  ].join('\n');
}
