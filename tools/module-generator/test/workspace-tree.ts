import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

const workspaceRoot = join(import.meta.dirname, '../../..');

/** What the generator reads and changes. */
const PATHS = ['LICENSE', 'tsconfig.json', 'apps/api', 'libs', 'tools/boundaries/module-map.js'];

/** This workspace in memory: the generator writes to it and nothing is changed on the disk. */
export function createWorkspaceTree(): Tree {
  const tree = createTreeWithEmptyWorkspace();
  const listing = execFileSync('git', ['ls-files', '-z', '--', ...PATHS], {
    cwd: workspaceRoot,
    encoding: 'utf8',
  });
  for (const path of listing.split('\0').filter(Boolean)) {
    tree.write(path, readFileSync(join(workspaceRoot, path)));
  }
  return tree;
}

/** Every file of the tree with its text. */
export function readAll(tree: Tree): ReadonlyMap<string, string> {
  return new Map(
    tree.listChanges().map(({ path, content }) => [path, content?.toString('utf8') ?? '']),
  );
}
