import { setImmediate as turn } from 'node:timers/promises';

import { expect, it } from 'vitest';

import { runStages } from '../src/schedule.ts';

/** Each takes as many turns of the event loop as its name says. Tells what ran beside what. */
async function watch(...stages: readonly (readonly string[])[]) {
  const running = new Set<string>();
  const seen: string[] = [];
  const gates = stages.map((names) => names.map((name) => ({ name, command: '', words: [] })));
  const outcomes = await runStages(gates, async ({ name }, isAlone) => {
    running.add(name);
    seen.push([...running].join(' ') + (isAlone ? ' alone' : ''));
    for (let turns = Number(/\d+/.exec(name)?.[0]); turns > 0; turns -= 1) {
      await turn();
    }
    running.delete(name);
    return { name, passed: true, seconds: 0, output: '' };
  });
  return { seen, names: outcomes.map(({ name }) => name) };
}

it('runs three gates of a stage at a time, and the next as soon as one has ended', async () => {
  const { seen, names } = await watch(['a9', 'b9', 'c1', 'd1', 'e1']);

  expect(seen).toEqual(['a9', 'a9 b9', 'a9 b9 c1', 'a9 b9 d1', 'a9 b9 e1']);
  expect(names).toEqual(['a9', 'b9', 'c1', 'd1', 'e1']);
});

it('begins a stage when the one before has ended', async () => {
  const { seen, names } = await watch(['a3', 'b1'], ['c1'], ['d1', 'e1']);

  expect(seen).toEqual(['a3', 'a3 b1', 'c1 alone', 'd1', 'd1 e1']);
  expect(names).toEqual(['a3', 'b1', 'c1', 'd1', 'e1']);
});
