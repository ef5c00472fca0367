import { describe, expect, it } from 'vitest';

import { parseResidentMebibytes, readResidentMebibytes } from '../src/resident-memory.ts';

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
