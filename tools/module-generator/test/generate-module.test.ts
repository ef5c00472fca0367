import { readJson, type Tree } from '@nx/devkit';
import { beforeEach, describe, expect, it } from 'vitest';

import { RefusedNameError } from '../src/errors.ts';
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
  'src/billing-service.ts',
  'src/errors.ts',
  'src/index.ts',
  'src/internal/invoice-policy.ts',
  'src/internal/invoice-reader.ts',
  'src/internal/invoice-util.ts',
  'src/internal/invoice-writer.ts',
  'src/internal/store/invoice-model.ts',
  'src/internal/store/invoice-repository.ts',
  'src/rest-api/billing-rest-api-server.ts',
  'src/rest-api/index.ts',
  'src/rest-api/invoice-router.ts',
  'src/rest-api/invoice-schema.ts',
  'src/rest-api/invoice-view.ts',
  'src/types.ts',
  'test/billing-service.test.ts',
  'test/rest-api/billing-rest-api.test.ts',
  'test/services.ts',
  'tsconfig.json',
  'tsconfig.lib.json',
  'tsconfig.spec.json',
  'vitest.config.ts',
].map((file) => `libs/billing/${file}`);

describe('a new module', () => {
  it('is a library, its entries in the workspace, and its place in the program', async () => {
    await generateModule(tree, { name: 'billing', entity: 'invoice' });

    expect(changedFiles()).toEqual(
      [
        ...library,
        'apps/api/package.json',
        'apps/api/src/domains/billing.ts',
        'apps/api/src/domains/domains.ts',
        'tools/boundaries/module-map.js',
        'tsconfig.json',
      ].sort(),
    );
    expect(readJson(tree, 'apps/api/package.json')).toMatchObject({
      dependencies: { '@org/billing': '*' },
    });
    expect(textOf('apps/api/src/domains/domains.ts')).toContain(
      "import { composeBilling } from './billing.ts';\n// <import of a new module>",
    );
    expect(textOf('apps/api/src/domains/domains.ts')).toContain(
      '    composeBilling(dependencies),\n    // <new module>',
    );
    expect(readJson<{ references: object[] }>(tree, 'tsconfig.json').references).toContainEqual({
      path: './libs/billing',
    });
    expect(readJson(tree, 'libs/billing/package.json')).toMatchObject({
      name: '@org/billing',
      nx: { tags: ['lib:billing'] },
    });
  });

  it('is no part of the program with --no-mount', async () => {
    await generateModule(tree, { name: 'billing', entity: 'invoice', mount: false });

    expect(changedFiles()).toEqual(
      [...library, 'tools/boundaries/module-map.js', 'tsconfig.json'].sort(),
    );
    expect(textOf('tools/boundaries/module-map.js')).toContain("'billing': { kind: 'module'");
    expect(textOf('tools/boundaries/module-map.js')).not.toContain("      'billing',");
  });

  it('has nothing of a template left in it', async () => {
    await generateModule(tree, { name: 'billing', entity: 'invoice' });

    for (const path of changedFiles()) {
      expect(path).not.toMatch(/__|\.template$/);
      expect(textOf(path)).not.toMatch(/<%|%>|__\w+__/);
    }
  });

  it('has codes, collection and routes of its own', async () => {
    await generateModule(tree, { name: 'billing', entity: 'credit-note' });

    expect(textOf('libs/billing/src/errors.ts')).toContain("NOT_FOUND: 'BILLING_ERR_01'");
    expect(textOf('libs/billing/src/errors.ts')).toContain("BAD_REQUEST: 'BILLING_ERR_02'");
    expect(textOf('libs/billing/src/internal/store/credit-note-model.ts')).toContain(
      "return 'credit_notes';",
    );
    expect(textOf('libs/billing/src/rest-api/credit-note-router.ts')).toContain(
      "'/accounts/:account_id/credit-notes'",
    );
  });
});

describe('a refused name', () => {
  it.each([
    [{ name: 'Billing' }, '"Billing" cannot name a module: use kebab-case'],
    [{ name: '' }, 'use kebab-case'],
    [{ name: '1-billing' }, 'use kebab-case'],
    [{ name: '../billing' }, 'use kebab-case'],
    [{ name: 'billing_invoice' }, 'use kebab-case'],
    [{ name: 'billing-' }, 'use kebab-case'],
    [{ name: 'b'.repeat(41) }, 'at most 40 characters'],
    [{ name: 'class' }, '"class" cannot name a module: it is a word of TypeScript.'],
    [{ name: 'promise' }, 'it is a global object of JavaScript'],
    [{ name: 'utils' }, 'it is something else in this workspace'],
    [{ name: 'core' }, '"core" is a project of this workspace already (libs/core)'],
    [{ name: 'api' }, '"api" cannot name a module'],
    [{ name: 'task' }, 'is a project of this workspace already (libs/task)'],
    [{ name: 'benchmark' }, 'is a project of this workspace already'],
    [{ name: 'access-token' }, 'Error codes ACCESS_TOKEN_ERR_… exist already'],
    [{ name: 'billing', entity: 'Invoice' }, '"Invoice" cannot name an entity'],
    [{ name: 'billing', entity: 'interface' }, 'it is a word of TypeScript'],
    [{ name: 'billing', entity: 'date' }, 'it is a global object of JavaScript'],
    [{ name: 'billing', entity: 'database' }, 'something else in the files of a module'],
    [{ name: 'billing', entity: 'task' }, 'A collection "tasks" exists already'],
    [{ name: 'billing', entity: 'session' }, 'A collection "sessions" exists already'],
    [{ name: 'billing', entity: 'invoice', plural: 'In voices' }, 'cannot name a plural'],
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

  await expect(generateModule(tree, { name: 'billing' })).rejects.toThrow(
    'apps/api/src/domains/domains.ts has lost its line "// <import of a new module>"',
  );
});
