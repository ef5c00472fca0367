import { describe, expect, it } from 'vitest';

import { describeMachine, parseProcessorTicks, readProcessorTicks } from '../src/machine.ts';

describe(parseProcessorTicks, () => {
  it('adds up all ticks and knows the stolen ones', () => {
    const stat = 'cpu  10 1 5 100 2 0 3 29 7 8\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 12';
    expect(parseProcessorTicks(stat)).toEqual({ total: 150, stolen: 29 });
  });
});

describe(describeMachine, () => {
  it('describes the machine that this runs on', () => {
    const machine = describeMachine(readProcessorTicks());
    expect(machine.node).toBe(process.version);
    expect(machine.cores).toBeGreaterThan(0);
  });

  it('tells how much was stolen since then', () => {
    const now = readProcessorTicks();
    const begin = { total: now.total - 1_000_000, stolen: now.stolen - 250_000 };
    expect(describeMachine(begin).stolenPercent).toBe(25);
  });
});
