import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { applyMutant, readMutant } from '../../src/scratch/mutant.ts';

const mutant = { file: 'src/sum.ts', from: 'a + b', to: 'a - b', test: 'test/sum.test.ts' };
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mutant-'));
  mkdirSync(join(root, 'libs/sum/src'), { recursive: true });
  mkdirSync(join(root, 'libs/sum/test'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe(readMutant, () => {
  it('reads what the library says', () => {
    writeFileSync(join(root, 'libs/sum/test/mutant.json'), JSON.stringify(mutant));

    expect(readMutant(root, 'libs/sum')).toEqual(mutant);
  });

  it('says what to add to a library that has none', () => {
    expect(() => readMutant(root, 'libs/sum')).toThrow(
      /^libs\/sum\/test\/mutant\.json is missing\. .* \{"file": "src\/….ts", /,
    );
  });
});

describe(applyMutant, () => {
  const path = () => join(root, 'libs/sum/src/sum.ts');

  it('changes one place', () => {
    writeFileSync(path(), 'export const sum = (a, b) => a + b;\n');
    applyMutant(root, 'libs/sum', mutant);

    expect(readFileSync(path(), 'utf8')).toBe('export const sum = (a, b) => a - b;\n');
  });

  it.each([
    ['none', '', 0],
    ['several', 'a + b; a + b;', 2],
  ])('refuses %s', (_what, text, times) => {
    writeFileSync(path(), text);

    expect(() => applyMutant(root, 'libs/sum', mutant)).toThrow(`once, not ${times} times`);
  });
});
