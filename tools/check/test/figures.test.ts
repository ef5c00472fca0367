import { describe, expect, it } from 'vitest';

import { tellsSameLines, writeFigures } from '../src/consumers/figures.ts';

const table = { id: 'hosts', heading: ['host', 'lines', 'seconds'] } as const;
const document = 'Before\n\n<!-- hosts -->\n<!-- end of hosts -->\n\nBehind | 7 |\n';

describe(writeFigures, () => {
  it('writes a row for each figure between the markers', () => {
    const written = writeFigures(document, table, [{ name: 'Nest 11', lines: 15, seconds: 9.256 }]);

    expect(written.split('\n').slice(2, 9)).toEqual([
      '<!-- hosts -->',
      '',
      '| host    | lines | seconds |',
      '| ------- | ----- | ------- |',
      '| Nest 11 | 15    | 9.26    |',
      '',
      '<!-- end of hosts -->',
    ]);
  });
});

describe(tellsSameLines, () => {
  const write = (lines: number, seconds: number): string =>
    writeFigures(document, table, [{ name: 'Nest 11', lines, seconds }]);

  it('overlooks seconds, and nothing else', () => {
    expect(tellsSameLines(write(15, 9.3), write(15, 120))).toBe(true);
    expect(tellsSameLines(write(15, 9.3), write(14, 9.3))).toBe(false);
  });
});
