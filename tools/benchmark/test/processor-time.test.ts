import { describe, expect, it } from 'vitest';

import { parseProcessorSeconds, readProcessorSeconds } from '../src/processor-time.ts';

function makeStat(name: string): string {
  return `4711 (${name}) S 1 4711 4711 0 -1 4194560 9 0 0 0 250 50 7 8 20 0 11 0 99 1000 10\n`;
}

describe(parseProcessorSeconds, () => {
  it.each(['node', 'tmux: server', 'a (b) c', 'evil) R 1 1 1', '(((', ')', ''])(
    'adds user and system time of a process named "%s"',
    (name) => {
      expect(parseProcessorSeconds(makeStat(name))).toBe(3);
    },
  );

  it('refuses what is no such file', () => {
    expect(() => parseProcessorSeconds('')).toThrow('no /proc/<pid>/stat');
  });
});

describe(readProcessorSeconds, () => {
  it('reads those of a live process', () => {
    expect(readProcessorSeconds(process.pid)).toBeGreaterThan(0);
  });
});
