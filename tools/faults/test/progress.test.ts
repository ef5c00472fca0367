import { describe, expect, it } from 'vitest';

import { Progress } from '../src/progress.ts';

function record(isTTY: boolean) {
  const written: string[] = [];
  const progress = new Progress({ isTTY, write: (text) => written.push(text) });
  return { written, progress };
}

describe(Progress, () => {
  it('fills a bar on a terminal', () => {
    const { written, progress } = record(true);
    progress.begin('F1 kills');
    progress.advance(10, 20);
    expect(written.at(-1)).toContain(`${'#'.repeat(15)}${'.'.repeat(15)} F1 kills 10/20`);
  });

  it('writes a line at each quarter elsewhere', () => {
    const { written, progress } = record(false);
    progress.begin('F1 kills');
    for (let done = 1; done <= 20; done += 1) {
      progress.advance(done, 20);
    }
    progress.end();
    expect(written.map((line) => /\d+ %/u.exec(line)?.[0])).toEqual([
      '0 %',
      '25 %',
      '50 %',
      '75 %',
      '100 %',
    ]);
  });
});
