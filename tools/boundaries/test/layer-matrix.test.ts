import { describe, expect, test } from 'vitest';

import { lintWalls, wallRules } from './lint.ts';

const source = 'libs/authentication/src';

/** A file of each layer; importing ones are named `one`, imported ones `other`. */
const layerFiles: Readonly<Record<string, (name: string) => string>> = {
  index: () => 'index.ts',
  'rest-api/index': () => 'rest-api/index.ts',
  'testing/index': () => 'testing/index.ts',
  'rest-api': (name) => `rest-api/${name}-view.ts`,
  testing: (name) => `testing/${name}-suite.ts`,
  service: (name) => `${name}-service.ts`,
  module: () => 'module.ts',
  events: () => 'events.ts',
  types: () => 'types.ts',
  errors: () => 'errors.ts',
  port: () => 'account-directory.ts',
  internal: (name) => `internal/session/${name}-reader.ts`,
  repository: (name) => `internal/session/store/${name}-repository.ts`,
  model: (name) => `internal/session/store/${name}-model.ts`,
};

const packages = [
  '@org/core',
  '@org/core/store',
  '@org/core/rest-api',
  '@org/core/testing',
  '@org/notification',
  '@org/notification/rest-api',
  '@org/account',
  '@org/local-mongodb',
  '@org/api',
  'node:crypto',
  'jose',
  'mongodb',
  'fastify',
  'typebox',
  'vitest',
];

/**
 * Everything that each layer of a domain library may import; the prefix `type` means `import type`
 * only.
 */
const mayImport: Readonly<Record<string, string>> = {
  index: 'service module events types errors port',
  'rest-api/index': 'rest-api',
  'testing/index': 'testing',
  'rest-api': `rest-api service types errors port
    @org/core @org/core/rest-api node:crypto fastify typebox`,
  testing: `testing service types errors port
    @org/core @org/core/testing node:crypto vitest`,
  service: `service events types errors port internal
    @org/core type:@org/core/store node:crypto jose vitest`,
  module: 'events type:types internal @org/core',
  events: 'typebox',
  types: 'type:@org/core',
  errors: 'type:types @org/core',
  port: 'type:types type:errors type:@org/core',
  internal: `events types errors port internal repository model
    @org/core @org/core/store node:crypto jose vitest`,
  repository: 'types errors port model @org/core @org/core/store node:crypto mongodb',
  model: 'types errors port @org/core @org/core/store node:crypto mongodb',
};

interface Target {
  readonly name: string;
  readonly specifier: string;
}

function targetsOf(file: string): readonly Target[] {
  const up = '../'.repeat(file.split('/').length - 1) || './';
  const own = Object.entries(layerFiles)
    .map(([name, fileOf]) => ({ name, specifier: up + fileOf('other') }))
    .filter(({ specifier }) => specifier !== up + file);
  return [...own, ...packages.map((name) => ({ name, specifier: name }))];
}

async function refusedOf(
  file: string,
  targets: readonly Target[],
  statement: (specifier: string) => string,
): Promise<readonly string[]> {
  const code = targets.map(({ specifier }) => statement(specifier)).join('\n');
  const messages = await lintWalls(`${source}/${file}`, code);
  const lines = messages
    .filter(({ ruleId }) => ruleId === wallRules.layers)
    .map(({ line }) => line);
  return targets.filter((_, index) => lines.includes(index + 1)).map(({ name }) => name);
}

describe('the layers of a domain library', () => {
  test('are all in this table', () => {
    expect(Object.keys(mayImport)).toEqual(Object.keys(layerFiles));
  });

  test.each(Object.entries(mayImport))('%s', async (layer, list) => {
    const file = layerFiles[layer]?.('one') ?? '';
    const targets = targetsOf(file);
    const allowed = list.split(/\s+/);
    const allowedAsTypes = allowed.map((each) => each.replace('type:', ''));
    const names = targets.map(({ name }) => name);

    expect(await refusedOf(file, targets, (specifier) => `import '${specifier}';`)).toEqual(
      names.filter((name) => !allowed.includes(name)),
    );
    expect(
      await refusedOf(file, targets, (specifier) => `import type { A } from '${specifier}';`),
    ).toEqual(names.filter((name) => !allowedAsTypes.includes(name)));
  });
});
