import { describe, expect, it } from 'vitest';

import { readWorkspaceNames } from '../src/workspace-names.ts';
import { createWorkspaceTree, readAll } from './workspace-tree.ts';

describe(readWorkspaceNames, () => {
  it('finds the collection of every repository', () => {
    const tree = createWorkspaceTree();
    const named = [...readAll(tree)]
      .filter(([path]) => /^libs\/[^/]+\/src\/internal\/.*store\//.test(path))
      .flatMap(([, text]) => [
        ...text.matchAll(/getCollectionName\(\): string \{\s+return '(\w+)'/g),
        ...text.matchAll(/(?:super\([\s\w,]*|CollectionDefinition = )\{\s+name: '(\w+)'/g),
      ])
      .map(([, name]) => name);

    const { collections } = readWorkspaceNames(tree);

    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !collections.has(name ?? ''))).toEqual([]);
  });
});
