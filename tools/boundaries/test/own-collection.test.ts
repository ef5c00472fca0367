import { describe, expect, test } from 'vitest';

import { projects } from '../module-map.js';
import { lint } from './lint.ts';

const store = 'libs/task/src/internal/store';
const model = (collection: string) =>
  `export class OneModel { static getCollectionName(): string { return '${collection}'; } }`;

async function refusalsOf(file: string, code: string): Promise<readonly string[]> {
  const messages = await lint(file, code);
  return messages
    .filter(({ ruleId }) => ruleId === 'workspace/own-collection')
    .map(({ message }) => message);
}

describe('a collection', () => {
  test.each([
    [`${store}/one-model.ts`, model('accounts')],
    [`${store}/one-repository.ts`, "export const definition = { name: 'accounts' };"],
    [`${store}/one-repository.ts`, "export const join = [{ $lookup: { from: 'accounts' } }];"],
    [`${store}/one-repository.ts`, 'export const name = `accounts`;'],
    ['libs/task/src/internal/inner/store/one-model.ts', model('accounts')],
  ])('of another module is refused in %s: %s', async (file, code) => {
    expect(await refusalsOf(file, code)).toEqual([
      expect.stringMatching(
        /^task may not use the collection "accounts", which belongs to account/,
      ),
    ]);
  });

  test('that no module lists is refused in a model', async () => {
    expect(await refusalsOf(`${store}/one-model.ts`, model('unheard_of'))).toEqual([
      expect.stringMatching(/belongs to no module. Add it to `collections` of task/),
    ]);
  });

  test('of the module itself is let through', async () => {
    expect(await refusalsOf(`${store}/one-model.ts`, model('tasks'))).toEqual([]);
  });

  test('belongs to one module', () => {
    const all = Object.values(projects).flatMap(({ collections = [] }) => collections);

    expect(all).toEqual([...new Set(all)]);
  });
});
