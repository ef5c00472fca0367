import { describe, expect, test } from 'vitest';

import { lint } from './lint.ts';

const source = 'libs/account/src/internal/account-util.ts';
const service = 'libs/account/src/account-service.ts';
const barrel = 'libs/account/src/index.ts';
const app = 'apps/api/src/server.ts';

const longFunction = `export function add(): void {\n${'  void 0;\n'.repeat(60)}}`;

describe('the package.json of a library', () => {
  const dependencies = { '@org/core': '^0.1.0', '@org/notification': '^0.1.0' };
  const manifest = (all: object): string => JSON.stringify({ dependencies: all }, undefined, 2);

  test.each([
    [
      'names nothing that it does not use',
      { ...dependencies, zod: '^4.0.0' },
      '"zod" package is not used',
    ],
    ['names all that it uses', dependencies, '- @org/authentication'],
  ])('%s', async (_, all, says) => {
    const messages = await lint('libs/account/package.json', manifest(all));

    expect(messages.map(({ ruleId }) => ruleId)).toContain('@nx/dependency-checks');
    expect(messages.map(({ message }) => message).join()).toContain(says);
  });
});

describe('the rules of style.md', () => {
  test.each([
    ['no-restricted-syntax', barrel, "export * from './types.ts';", 'No `export *`'],
    ['no-restricted-syntax', barrel, 'export const limit = 3;', 'No logic in a barrel'],
    ['max-lines', source, 'void 0;\n'.repeat(201), 'Maximum allowed is 200'],
    ['max-lines-per-function', source, longFunction, 'Maximum allowed is 50'],
    ['no-restricted-syntax', source, 'export default 3;', 'No default exports'],
    ['no-restricted-syntax', source, 'export const a = process.env;', 'src/config.ts of an app'],
    ['no-restricted-syntax', app, 'export const a = process.env.PORT;', 'src/config.ts of an app'],
    ['no-restricted-syntax', app, 'export const { env } = process;', 'src/config.ts of an app'],
    ['no-restricted-syntax', app, "import { env } from 'node:process';", 'src/config.ts of an app'],
    ['no-restricted-syntax', app, "export const a = process['env'];", 'src/config.ts of an app'],
    ['no-console', source, "console.log('a');", 'Unexpected console'],
    ['no-restricted-syntax', source, 'process.exit(1);', 'never ends the process'],
    ['no-restricted-syntax', source, 'export const a = Date.now();', 'from a Clock'],
    ['no-restricted-syntax', source, 'export const a = new Date();', 'from a Clock'],
    ['no-restricted-syntax', source, 'export const a = Math.random();', 'node:crypto'],
    ['no-restricted-syntax', source, "await import('./a.ts');", 'Nothing happens at import'],
    ['no-restricted-syntax', source, 'export const a = (b) => import(b);', 'escapes every'],
    ['no-restricted-syntax', source, "createRequire('a')('b');", 'escapes every'],
    [
      'no-restricted-syntax',
      service,
      'export class A { #b; c() { return this.#accountRepository.findOne(); } }',
      'A service calls no repository',
    ],
    [
      'no-restricted-syntax',
      service,
      'export const a = (accountRepository) => accountRepository.findOne();',
      'A service calls no repository',
    ],
    [
      'no-restricted-syntax',
      'libs/account/test/a.test.ts',
      "it('should work', () => {});",
      'present tense',
    ],
    ['no-restricted-syntax', 'libs/account/test/a.test.ts', 'it.only(1);', 'would not run'],
    ['no-restricted-syntax', 'libs/account/test/a.test.ts', 'vi.waitFor(a);', 'expect.poll'],
    ['no-warning-comments', source, '// TODO later', 'todo'],
    ['workspace/file-name', 'tools/check/src/utils/a.ts', '', '"utils" can hold anything'],
    ['workspace/file-name', 'tools/check/src/common.ts', '', '"common.ts" can hold anything'],
    ['workspace/file-name', 'tools/check/src/helpers.ts', '', '"helpers.ts" can hold anything'],
    ['workspace/file-name', 'tools/check/src/someThing.ts', '', 'not kebab-case'],
    ['no-restricted-syntax', source, 'export interface IAccount { a: 1 }', 'No `I`'],
    [
      '@typescript-eslint/consistent-type-imports',
      source,
      "import { Account } from '../types.ts';\nexport const a = (b: Account) => b;",
      'only used as types',
    ],
  ])('%s: %s refuses %j', async (rule, file, code, says) => {
    const messages = await lint(file, code);

    expect(messages.find(({ ruleId }) => ruleId === rule)?.message).toContain(says);
  });

  test.each([
    [app, "export const a = 'process.env';"],
    ['apps/api/src/config.ts', 'export const a = process.env;'],
    ['apps/admin-cli/src/config.ts', 'export const a = process.env;'],
    ['libs/core/src/clock.ts', 'export const a = () => new Date();'],
    ['libs/account/vitest.config.ts', 'export default {};'],
    [service, 'export const a = { b() { return c(this.repository); } };'],
    ['libs/account/test/a.test.ts', 'export const a = (b: string) => import(b);'],
  ])('let through %s: %j', async (file, code) => {
    expect(await lint(file, code)).toEqual([]);
  });
});
