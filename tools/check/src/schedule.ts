import { inParallel } from '@org/harness';

import type { Gate } from './gates.ts';
import type { GateOutcome } from './summary.ts';

/**
 * Runs gates in their order: of those that are pairable and follow each other two at a time, every
 * other alone.
 *
 * @returns the outcomes in the gates' order
 */
export async function runInOrder(
  gates: readonly Gate[],
  run: (gate: Gate) => Promise<GateOutcome>,
): Promise<readonly GateOutcome[]> {
  const outcomes: GateOutcome[] = [];
  for (const group of groupsOf(gates)) {
    outcomes.push(...(await inParallel(group, run, 2)));
  }
  return outcomes;
}

function groupsOf(gates: readonly Gate[]): readonly (readonly Gate[])[] {
  const groups: Gate[][] = [];
  let isOpen = false;
  for (const gate of gates) {
    const { isPairable = false } = gate;
    if (isOpen && isPairable) {
      groups.at(-1)?.push(gate);
    } else {
      groups.push([gate]);
    }
    isOpen = isPairable;
  }
  return groups;
}
