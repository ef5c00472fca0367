import { readJson, type Tree } from '@nx/devkit';
import { beforeEach, describe, expect, it } from 'vitest';

import { RefusedNameError } from '../src/check-names.ts';
import { generateModule } from '../src/generate-module.ts';
import { createWorkspaceTree, readAll } from './workspace-tree.ts';

let tree: Tree;
let before: ReadonlyMap<string, string>;

beforeEach(() => {
  tree = createWorkspaceTree();
  before = readAll(tree);
});

/** Files that are new or have another text. */
function changedFiles(): string[] {
  return [...readAll(tree)]
    .filter(([path, text]) => before.get(path) !== text)
    .map(([path]) => path)
    .sort();
}

function textOf(path: string): string {
  return tree.read(path, 'utf-8') ?? '';
}

const library = [
  'LICENSE',
  'README.md',
  'package.json',
  'src/zeppelinry-service.ts',
  'src/errors.ts',
  'src/index.ts',
  'src/internal/zeppelin-parameters-policy.ts',
  'src/internal/zeppelin-policy.ts',
  'src/internal/zeppelin-reader.ts',
  'src/internal/zeppelin-util.ts',
  'src/internal/zeppelin-writer.ts',
  'src/internal/store/zeppelin-model.ts',
  'src/internal/store/zeppelin-repository.ts',
  'src/module.ts',
  'src/rest-api/zeppelinry-rest-api-server.ts',
  'src/rest-api/index.ts',
  'src/rest-api/zeppelin-router.ts',
  'src/rest-api/zeppelin-schema.ts',
  'src/rest-api/zeppelin-view.ts',
  'src/types.ts',
  'test/zeppelinry-service.test.ts',
  'test/rest-api/zeppelinry-rest-api.test.ts',
  'test/mutant.json',
  'test/parameters.test.ts',
  'test/services.ts',
  'tsconfig.json',
  'tsconfig.lib.json',
  'tsconfig.spec.json',
  'vitest.config.ts',
].map((file) => `libs/zeppelinry/${file}`);

describe('a new module', () => {
  it('is a library, its entries in the workspace, and its place in the program', async () => {
    await generateModule(tree, { name: 'zeppelinry', entity: 'zeppelin' });

    expect(changedFiles()).toEqual(
      [
        ...library,
        'apps/api/package.json',
        'apps/api/src/domains/zeppelinry.ts',
        'apps/api/src/domains/domains.ts',
        'tools/boundaries/module-map.js',
        'tsconfig.json',
      ].sort(),
    );
    expect(readJson(tree, 'apps/api/package.json')).toMatchObject({
      dependencies: { '@org/zeppelinry': '*' },
    });
    expect(textOf('apps/api/src/domains/domains.ts')).toContain(
      "import { composeZeppelinry } from './zeppelinry.ts';\n// <import of a new module>",
    );
    expect(textOf('apps/api/src/domains/domains.ts')).toContain(
      '    composeZeppelinry(dependencies),\n    // <new module>',
    );
    expect(readJson<{ references: object[] }>(tree, 'tsconfig.json').references).toContainEqual({
      path: './libs/zeppelinry',
    });
    expect(readJson(tree, 'libs/zeppelinry/package.json')).toMatchObject({
      name: '@org/zeppelinry',
      nx: { tags: ['lib:zeppelinry'] },
    });
  });

  it('is no part of the program with --no-mount', async () => {
    await generateModule(tree, { name: 'zeppelinry', entity: 'zeppelin', mount: false });

    expect(changedFiles()).toEqual(
      [...library, 'tools/boundaries/module-map.js', 'tsconfig.json'].sort(),
    );
    expect(textOf('tools/boundaries/module-map.js')).toContain("'zeppelinry': { kind: 'module'");
    expect(textOf('tools/boundaries/module-map.js')).not.toContain("      'zeppelinry',");
  });

  it('has nothing of a template left in it', async () => {
    await generateModule(tree, { name: 'zeppelinry', entity: 'zeppelin' });

    for (const path of changedFiles()) {
      expect(path).not.toMatch(/__|\.template$/);
      expect(textOf(path)).not.toMatch(/<%|%>|__\w+__/);
    }
  });

  it('has a mutant, of a test and a source that it has', async () => {
    await generateModule(tree, { name: 'zeppelinry', entity: 'gondola-note' });

    const path = (file: string) => `libs/zeppelinry/${file}`;
    const { file, from, test } = readJson<Record<'file' | 'from' | 'test', string>>(
      tree,
      path('test/mutant.json'),
    );
    expect(textOf(path(file)).split(from)).toHaveLength(2);
    expect(textOf(path(test))).toContain('describe(');
  });

  it('has codes, collection and routes of its own', async () => {
    await generateModule(tree, { name: 'zeppelinry', entity: 'gondola-note' });

    expect(textOf('libs/zeppelinry/src/errors.ts')).toContain("NOT_FOUND: 'ZEPPELINRY_ERR_01'");
    expect(textOf('libs/zeppelinry/src/errors.ts')).toContain("BAD_REQUEST: 'ZEPPELINRY_ERR_02'");
    expect(textOf('libs/zeppelinry/src/internal/store/gondola-note-model.ts')).toContain(
      "return 'gondola_notes';",
    );
    expect(textOf('libs/zeppelinry/src/rest-api/gondola-note-router.ts')).toContain(
      "'/accounts/:account_id/gondola-notes'",
    );
  });
});

describe('a refused name', () => {
  it.each([
    [{ name: 'Zeppelinry' }, '"Zeppelinry" cannot name a module: use kebab-case'],
    [{ name: '' }, 'use kebab-case'],
    [{ name: '1-zeppelinry' }, 'use kebab-case'],
    [{ name: '../zeppelinry' }, 'use kebab-case'],
    [{ name: 'zeppelinry_zeppelin' }, 'use kebab-case'],
    [{ name: 'zeppelinry-' }, 'use kebab-case'],
    [{ name: 'b'.repeat(41) }, 'at most 40 characters'],
    [{ name: 'class' }, '"class" cannot name a module: it is a word of TypeScript.'],
    [{ name: 'promise' }, 'it is a global object of JavaScript'],
    [{ name: 'utils' }, 'it is something else in this workspace'],
    [{ name: 'core' }, '"core" is a project of this workspace already (libs/core)'],
    [{ name: 'api' }, '"api" cannot name a module'],
    [{ name: 'task' }, 'is a project of this workspace already (libs/task)'],
    [{ name: 'benchmark' }, 'is a project of this workspace already'],
    [{ name: 'access-token' }, 'Error codes ACCESS_TOKEN_ERR_… exist already'],
    [{ name: 'zeppelinry', entity: 'Zeppelin' }, '"Zeppelin" cannot name an entity'],
    [{ name: 'zeppelinry', entity: 'interface' }, 'it is a word of TypeScript'],
    [{ name: 'zeppelinry', entity: 'date' }, 'it is a global object of JavaScript'],
    [{ name: 'zeppelinry', entity: 'database' }, 'something else in the files of a module'],
    [{ name: 'zeppelinry', entity: 'task' }, 'A collection "tasks" exists already'],
    [{ name: 'zeppelinry', entity: 'session' }, 'A collection "sessions" exists already'],
    [{ name: 'shop', entity: 'notice-window' }, 'A collection "notice_windows" exists already'],
    [{ name: 'shop', entity: 'account-export-lease' }, '"account_export_leases" exists already'],
    [{ name: 'zeppelinry', entity: 'zeppelin', plural: 'In voices' }, 'cannot name a plural'],
  ])('%j changes nothing and says why', async (options, message) => {
    const generating = generateModule(tree, options);

    await expect(generating).rejects.toThrow(RefusedNameError);
    await expect(generating).rejects.toThrow(message);
    expect(changedFiles()).toEqual([]);
  });

  it('is that of a route which another module has', async () => {
    tree.write('libs/core/src/router.ts', "app.get('/accounts/:account_id/things');");

    await expect(generateModule(tree, { name: 'thing' })).rejects.toThrow(
      'The route /accounts/:account_id/things exists already',
    );
  });
});

it('says so when the program has lost the place for it', async () => {
  tree.write('apps/api/src/domains/domains.ts', '');

  await expect(generateModule(tree, { name: 'zeppelinry' })).rejects.toThrow(
    'apps/api/src/domains/domains.ts has lost its line "// <import of a new module>"',
  );
});
