import { describe, expect, it } from 'vitest';

import { findProblems } from '../src/docs/find-problems.ts';

const files: Record<string, string> = {
  'docs/other.md': '# A heading, with *marks*\n',
  'libs/core/index.ts': '',
};

function problemsOf(text: string): readonly string[] {
  return findProblems('docs/a.md', {
    exists: (path) => path === 'docs/a.md' || path in files,
    read: (path) => (path === 'docs/a.md' ? text : (files[path] ?? '')),
    scripts: ['build'],
  });
}

describe(findProblems, () => {
  it.each([
    '[a file](other.md)',
    '[a heading](other.md#a-heading-with-marks)',
    '# Here\n[itself](#here)',
    '[code](../libs/core/index.ts)',
    '[elsewhere](https://example.com/nowhere.md)',
    '```json\n{"a": 1}\n```',
    '`npm run build`',
  ])('finds nothing in %j', (text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it.each([
    ['\n[a file](gone.md)', 'docs/a.md:2: gone.md leads nowhere'],
    ['[a heading](other.md#gone)', 'docs/a.md:1: other.md#gone leads nowhere'],
    ['[itself](#gone)', 'docs/a.md:1: #gone leads nowhere'],
    ['```json\n{"a": }\n```', 'docs/a.md:1: this is no JSON'],
    ['`npm run dance`', 'docs/a.md:1: npm run dance is no script of package.json'],
  ])('finds what is wrong in %j', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });
});
