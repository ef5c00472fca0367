import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { addModule } from '../add-module.js';

const source = readFileSync(new URL('../module-map.js', import.meta.url), 'utf8');

interface ModuleMap {
  readonly projects: Readonly<Record<string, { readonly dependencies: readonly string[] }>>;
}

async function evaluate(text: string): Promise<ModuleMap> {
  return (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as ModuleMap;
}

function add(text: string, name: string): string {
  return addModule(text, { name, dependencies: [], collection: 'news' });
}

describe(addModule, () => {
  test('adds one entry and lets apps/api use it', async () => {
    const { projects: before } = await evaluate(source);
    const { projects: after } = await evaluate(
      addModule(source, {
        name: 'a-new-module',
        dependencies: ['account', 'core'],
        collection: 'news',
      }),
    );

    expect(after).toEqual({
      ...before,
      'a-new-module': {
        kind: 'module',
        dependencies: ['account', 'core'],
        collections: ['news'],
      },
      api: {
        ...before['api'],
        dependencies: [...(before['api']?.dependencies ?? []), 'a-new-module'],
      },
    });
  });

  test('adds one after the other', async () => {
    const first = addModule(source, {
      name: 'a-new-module',
      dependencies: ['core'],
      collection: 'news',
    });
    const { projects } = await evaluate(
      addModule(first, {
        name: 'another-new-module',
        dependencies: ['a-new-module', 'core'],
        collection: 'others',
      }),
    );

    expect(projects['another-new-module']?.dependencies).toEqual(['a-new-module', 'core']);
  });

  test('leaves apps/api as it is when the module is not mounted', async () => {
    const { projects: before } = await evaluate(source);
    const { projects } = await evaluate(
      addModule(source, {
        name: 'a-new-module',
        dependencies: [],
        collection: 'news',
        isMounted: false,
      }),
    );

    expect(projects['api']).toEqual(before['api']);
  });

  test('refuses a module that is there already', () => {
    expect(() => add(source, 'account')).toThrow('already has "account"');
    expect(() => add(source, 'local-mongodb')).toThrow('already has "local-mongodb"');
  });

  test('refuses a map that has lost the place for it', () => {
    expect(() => add('', 'a-new-module')).toThrow('has lost its line');
  });
});
