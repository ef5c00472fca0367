import { visitNotIgnoredFiles, type Tree } from '@nx/devkit';
import { projects } from '@org/boundaries';

/** Names that the libraries of the workspace have taken. */
export function readWorkspaceNames(tree: Tree) {
  const sources = readSources(tree);
  return {
    // Lint sees to it that each is in the map.
    collections: new Set(Object.values(projects).flatMap(({ collections = [] }) => collections)),
    /** Such as `ACCOUNT_ERR`. */
    errorPrefixes: findAll(sources, /'([A-Z_]+_ERR)_\d+'/g),
    /** What follows `/accounts/:account_id/` in a route. */
    routes: findAll(sources, /['`]\/accounts\/:account_id\/([a-z-]+)/g),
  };
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
