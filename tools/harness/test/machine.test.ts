import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { describe, expect, it } from 'vitest';

import {
  parseProcessorSeconds,
  parseProcessorTicks,
  parseMebibytes,
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
  return `4711 (${name}) S 1 4711 4711 0 -1 4194560 9 0 0 0 250 50 75 25 20 0 11 0 99 1000 10\n`;
}

describe(parseProcessorSeconds, () => {
  it.each(['node', 'tmux: server', 'a (b) c', 'evil) R 1 1 1', '(((', ')', ''])(
    'adds user and system time, and that of ended children, of a process named "%s"',
    (name) => {
      expect(parseProcessorSeconds(makeStat(name))).toBe(4);
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

describe(parseMebibytes, () => {
  it('reads the resident memory, not the peak', () => {
    const status = 'Name:\tVmRSS: 1 kB\nVmHWM:\t  409600 kB\nVmRSS:\t  204800 kB\nThreads:\t11\n';
    expect(parseMebibytes('VmRSS', status)).toBe(200);
  });

  it('refuses what is no such file, as that of a process that has ended', () => {
    expect(() => parseMebibytes('VmRSS', 'Name:\tnode\nState:\tZ (zombie)\n')).toThrow('VmRSS');
  });
});

describe(readResidentMebibytes, () => {
  it('reads that of a live process', () => {
    expect(readResidentMebibytes(process.pid)).toBeGreaterThan(10);
  });
});

describe('the figures of a process', () => {
  it('include those of its children', async () => {
    const [before, memoryBefore] = [
      readProcessorSeconds(process.pid),
      readResidentMebibytes(process.pid),
    ];
    const program = `
      const memory = Buffer.alloc(256 * 2 ** 20, 1);
      while (process.cpuUsage().user < 5e5) memory.fill(2);
      process.stdout.write('done');
      process.stdin.resume();`;
    const child = spawn(process.execPath, ['--eval', program]);
    await once(child.stdout, 'data');

    expect(readProcessorSeconds(process.pid) - before).toBeGreaterThan(0.4);
    expect(readResidentMebibytes(process.pid) - memoryBefore).toBeGreaterThan(200);
    child.kill();
    await once(child, 'exit');
    expect(readProcessorSeconds(process.pid) - before).toBeGreaterThan(0.4);
  });
});
