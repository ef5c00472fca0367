import { visitNotIgnoredFiles, type Tree } from '@nx/devkit';

/** Names that the libraries of the workspace have taken. */
export interface WorkspaceNames {
  readonly collections: ReadonlySet<string>;
  /** Such as `ACCOUNT_ERR`. */
  readonly errorPrefixes: ReadonlySet<string>;
  /** What follows `/accounts/:account_id/` in a route. */
  readonly routes: ReadonlySet<string>;
}

const MODULE_MAP = 'tools/boundaries/module-map.js';

export function readWorkspaceNames(tree: Tree): WorkspaceNames {
  const sources = readSources(tree);
  return {
    collections: readCollections(tree.read(MODULE_MAP, 'utf-8') ?? ''),
    errorPrefixes: findAll(sources, /'([A-Z_]+_ERR)_\d+'/g),
    routes: findAll(sources, /['`]\/accounts\/:account_id\/([a-z-]+)/g),
  };
}

/** Lint sees to it that each collection is in the map. */
function readCollections(moduleMap: string): ReadonlySet<string> {
  const lists = [...moduleMap.matchAll(/collections: \[([^\]]*)\]/g)].map(([, list = '']) => list);
  return findAll(lists.join(), /'(\w+)'/g);
}

function readSources(tree: Tree): string {
  const texts: string[] = [];
  visitNotIgnoredFiles(tree, 'libs', (path) => {
    if (/^libs\/[^/]+\/src\/.*\.ts$/.test(path)) {
      texts.push(tree.read(path, 'utf-8') ?? '');
    }
  });
  return texts.join('\n');
}

function findAll(text: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...text.matchAll(pattern)].map(([, name = '']) => name));
}
