import { describe, expect, it } from 'vitest';

import { readWorkspaceNames } from '../src/workspace-names.ts';
import { createWorkspaceTree, readAll } from './workspace-tree.ts';

describe(readWorkspaceNames, () => {
  it('finds the collection of every repository, however it is declared', () => {
    const tree = createWorkspaceTree();
    const repositories = [...readAll(tree)].filter(
      ([path, text]) =>
        /^libs\/[^/]+\/src\/internal\//.test(path) && /extends \w+Repository</.test(text),
    );

    const { collections } = readWorkspaceNames(tree);

    expect(repositories).not.toEqual([]);
    expect(collections.size).toBe(repositories.length);
  });
});
