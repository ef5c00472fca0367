import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { findSteps, takeStep } from '../../src/scratch/document-steps.ts';

const document = [
  '```sh run',
  'npx a',
  'npm run b',
  '```',
  '```sh',
  'not run',
  '```',
  '```ts file=new/a.ts',
  'export const a = 1;',
  '```',
  '```diff file=b.ts',
  ' one',
  '-two',
  '+2',
  '@@',
  ' five',
  '+six',
  '```',
].join('\n');

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'document-steps-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function take(): void {
  for (const step of findSteps(document)) {
    if (step.kind !== 'run') {
      takeStep(root, step);
    }
  }
}

describe(findSteps, () => {
  it('finds what is run and typed, in order', () => {
    expect(findSteps(document)).toMatchObject([
      { kind: 'run', commands: ['npx a', 'npm run b'] },
      { kind: 'write', path: 'new/a.ts' },
      { kind: 'change', path: 'b.ts' },
    ]);
  });
});

describe(takeStep, () => {
  it('writes whole files, and changes lines of others', () => {
    writeFileSync(join(root, 'b.ts'), 'one\ntwo\nthree\nfive\n');

    take();

    expect(readFileSync(join(root, 'new/a.ts'), 'utf8')).toBe('export const a = 1;\n');
    expect(readFileSync(join(root, 'b.ts'), 'utf8')).toBe('one\n2\nthree\nfive\nsix\n');
  });

  it.each([
    ['not', 'one\nother\nfive\n'],
    ['twice', 'one\ntwo\none\ntwo\nfive\n'],
  ])('refuses lines that stand there %s', (_how, text) => {
    writeFileSync(join(root, 'b.ts'), text);

    expect(take).toThrow('b.ts does not have this exactly once:\none\ntwo\n');
  });
});
