import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import type { Gate } from '../src/gates.ts';
import { runInOrder } from '../src/schedule.ts';

function gate(name: string, isPairable: boolean): Gate {
  return { name, command: '', words: [], isPairable };
}

/** Each takes as many turns of the event loop as its name says. Tells what ran beside what. */
async function watch(gates: readonly Gate[]) {
  const running = new Set<string>();
  const seen: string[] = [];
  const outcomes = await runInOrder(gates, async ({ name }) => {
    running.add(name);
    seen.push([...running].join(' '));
    for (let turns = Number(/\d+/.exec(name)?.[0]); turns > 0; turns -= 1) {
      await turn();
    }
    running.delete(name);
    return { name, passed: true, seconds: 0 };
  });
  return { seen, names: outcomes.map(({ name }) => name) };
}

describe(runInOrder, () => {
  it('runs two at a time of those that may, and the next as soon as one has ended', async () => {
    const gates = ['a9', 'b1', 'c1', 'd1'].map((name) => gate(name, true));

    const { seen, names } = await watch(gates);

    expect(seen).toEqual(['a9', 'a9 b1', 'a9 c1', 'a9 d1']);
    expect(names).toEqual(['a9', 'b1', 'c1', 'd1']);
  });

  it('runs every other alone', async () => {
    const gates = [gate('a3', false), gate('b3', false), gate('c3', true), gate('d3', false)];

    const { seen, names } = await watch([...gates, gate('e3', true)]);

    expect(seen).toEqual(['a3', 'b3', 'c3', 'd3', 'e3']);
    expect(names).toEqual(['a3', 'b3', 'c3', 'd3', 'e3']);
  });
});
