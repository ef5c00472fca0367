import { describe, expect, it } from 'vitest';

import {
  parseProcessorSeconds,
  parseProcessorTicks,
  parseResidentMebibytes,
  readMachine,
  readProcessorSeconds,
  readProcessorTicks,
  readResidentMebibytes,
  renderMachine,
  stolenPercentSince,
} from '../src/machine.ts';

describe(parseProcessorTicks, () => {
  it('adds up all ticks and knows the stolen ones', () => {
    const stat = 'cpu  10 1 5 100 2 0 3 29 7 8\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 12';
    expect(parseProcessorTicks(stat)).toEqual({ total: 150, stolen: 29 });
  });
});

describe(readMachine, () => {
  it('describes the machine that this runs on', () => {
    const machine = readMachine();
    expect(machine.node).toBe(process.version);
    expect(machine.cores).toBeGreaterThan(0);
    expect(renderMachine(machine)).toMatch(/^Node v[^,]+, \d+ × .+, \d+ GiB$/);
  });
});

describe(stolenPercentSince, () => {
  it('tells how much was stolen since then', () => {
    const now = readProcessorTicks();
    const begin = { total: now.total - 1_000_000, stolen: now.stolen - 250_000 };
    expect(stolenPercentSince(begin)).toBe(25);
  });
});

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

describe(parseResidentMebibytes, () => {
  it('reads the resident memory, not the peak', () => {
    const status = 'Name:\tVmRSS: 1 kB\nVmHWM:\t  409600 kB\nVmRSS:\t  204800 kB\nThreads:\t11\n';
    expect(parseResidentMebibytes(status)).toBe(200);
  });

  it('refuses what is no such file, as that of a process that has ended', () => {
    expect(() => parseResidentMebibytes('Name:\tnode\nState:\tZ (zombie)\n')).toThrow('VmRSS');
  });
});

describe(readResidentMebibytes, () => {
  it('reads that of a live process', () => {
    expect(readResidentMebibytes(process.pid)).toBeGreaterThan(10);
  });
});
