import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { TemporaryDirectory } from '../src/at-exit.ts';
import { Corpus, readVectors } from '../src/corpora.ts';

let directory: TemporaryDirectory;

beforeEach(() => {
  directory = new TemporaryDirectory('corpora');
  mkdirSync(join(directory.path, 'wycheproof'));
  vi.stubEnv('CORPORA', directory.path);
});
afterEach(() => {
  vi.unstubAllEnvs();
  directory.remove();
});

function store(file: string, content: object): void {
  writeFileSync(join(directory.path, 'wycheproof', file), JSON.stringify(content));
}

describe(Corpus, () => {
  it.each([undefined, ''])('is missing where CORPORA is %j, and says how to get it', (value) => {
    vi.stubEnv('CORPORA', value);

    const corpus = new Corpus('wycheproof', ['a.json']);

    expect(corpus.isMissing).toBe(true);
    expect(corpus.title('Vectors')).toMatch(/^Vectors \[.* of github\.com\/C2SP\/wycheproof at /);
  });

  it('is there', () => {
    store('a.json', { a: 1 });

    const corpus = new Corpus('wycheproof', ['a.json']);

    expect(corpus.isMissing).toBe(false);
    expect(corpus.title('Vectors')).toBe('Vectors');
    expect(corpus.read('a.json').toString()).toBe('{"a":1}');
    expect(corpus.list('.')).toEqual(['a.json']);
  });

  it('fails where a file or the folder is not there, and says how to get it', () => {
    store('a.json', {});

    expect(() => new Corpus('wycheproof', ['a.json', 'b.json'])).toThrow(
      /^CORPORA\/wycheproof\/b\.json cannot be read: .* of github\.com\/C2SP\/wycheproof at /,
    );
    expect(() => new Corpus('json-test-suite', []).list('test_parsing')).toThrow(
      /^CORPORA\/json-test-suite\/test_parsing cannot be read: .* github\.com\/nst\/JSONTestSuite/,
    );
  });
});

describe(readVectors, () => {
  it('gives each vector with what its group says', () => {
    const tests = [
      { tcId: 1, result: 'valid' },
      { tcId: 2, result: 'invalid' },
    ];
    store('a.json', { testGroups: [{ keySize: 128, tests }] });

    expect(readVectors(new Corpus('wycheproof', ['a.json']), 'a.json')).toEqual([
      { keySize: 128, tcId: 1, result: 'valid' },
      { keySize: 128, tcId: 2, result: 'invalid' },
    ]);
  });
});
