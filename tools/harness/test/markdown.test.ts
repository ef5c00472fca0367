import { describe, expect, it } from 'vitest';

import { NoMarkersError, renderMarkdownTable, replaceMarked } from '../src/index.ts';

describe(renderMarkdownTable, () => {
  it('aligns columns by their widest cell', () => {
    const rows = [
      ['', 'program', 'x'],
      ['cold start', '1', ''],
    ];
    expect(renderMarkdownTable(rows).split('\n')).toEqual([
      '|            | program | x   |',
      '| ---------- | ------- | --- |',
      '| cold start | 1       |     |',
    ]);
  });

  it('keeps a bar in a cell from ending it', () => {
    expect(renderMarkdownTable([['a'], ['x | y']]).split('\n')).toEqual([
      '| a      |',
      '| ------ |',
      '| x \\| y |',
    ]);
  });
});

describe(replaceMarked, () => {
  const markers = { begin: '<!-- a -->', end: '<!-- b -->' };

  it('replaces what stands between the markers and nothing else', () => {
    const replaced = replaceMarked('x\n<!-- a -->old<!-- b -->\ny', markers, 'new');
    expect(replaced).toBe('x\n<!-- a -->\n\nnew\n\n<!-- b -->\ny');
  });

  it.each(['', '<!-- a -->', '<!-- b --><!-- a -->', '<!-- a --><!-- b --><!-- a -->'])(
    'refuses a document with %j',
    (document) => {
      expect(() => replaceMarked(document, markers, '')).toThrow(NoMarkersError);
    },
  );
});
