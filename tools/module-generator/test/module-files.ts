import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { generateModule } from '../src/generate-module.ts';
import { createWorkspaceTree, readAll } from './workspace-tree.ts';

const libraries = join(import.meta.dirname, '../../../libs');
const NOT_SOURCES = /^(node_modules|dist|out-tsc|coverage|api-report)\/|^CHANGELOG\.md$/;

/** The files of a library by their path in it. */
export interface ModuleFiles {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
}

export function readModule(name: string): ModuleFiles {
  const folder = join(libraries, name);
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !NOT_SOURCES.test(path));
  return {
    name,
    files: new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')])),
  };
}

/** What the generator makes of a name that nothing has. */
export async function generateFreshModule(): Promise<ModuleFiles> {
  const tree = createWorkspaceTree();
  const name = 'shape-of-today';
  await generateModule(tree, { name, entity: 'widget' });
  const folder = `libs/${name}/`;
  const files = [...readAll(tree)]
    .filter(([path]) => path.startsWith(folder))
    .map(([path, text]) => [path.slice(folder.length), text] as const);
  return { name, files: new Map(files) };
}
