import { existsSync, readFileSync } from 'node:fs';

import { inWorkspace } from '@org/harness';
import { describe, expect, it } from 'vitest';

import { countMutants } from '../../src/mutation/count-mutants.ts';
import { mutationScopes } from '../../src/mutation/scope.ts';

describe.each(Object.entries(mutationScopes))('what is mutated of %s', (library, scope) => {
  const inLibrary = (path: string) => inWorkspace(`libs/${library}/${path}`);

  it('is there', () => {
    const paths = [...scope.files, ...scope.tests];

    expect(paths.filter((path) => !existsSync(inLibrary(path)))).toEqual([]);
  });

  it('is judged without a database', () => {
    const needsDatabase = /mongodbUri|\/services\.ts'/;
    const texts = scope.tests.map((path) => readFileSync(inLibrary(path), 'utf8'));

    expect(texts.filter((text) => needsDatabase.test(text))).toEqual([]);
  });
});

describe(countMutants, () => {
  it('counts as killed what a test notices or what never ends', () => {
    const report = {
      files: {
        a: { mutants: [{ status: 'Killed' }, { status: 'Timeout' }, { status: 'RuntimeError' }] },
        b: { mutants: [{ status: 'Killed' }, { status: 'Survived' }, { status: 'NoCoverage' }] },
      },
    };

    expect(countMutants(report)).toEqual({
      files: 2,
      mutants: 5,
      killed: 3,
      survived: 2,
      score: 60,
    });
  });
});
