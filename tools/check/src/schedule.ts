import { inParallel } from '@org/harness';

import type { Gate } from './gates.ts';
import type { GateOutcome } from './summary.ts';

/** Two keep both cores of a CI machine busy most of the time, a third one while they wait. */
const AT_A_TIME = 3;

/**
 * Runs stages of gates one after another, the gates of each beside each other.
 *
 * @param run is told whether the gate is alone in its stage
 * @returns the outcomes in the gates' order
 */
export async function runStages(
  stages: readonly (readonly Gate[])[],
  run: (gate: Gate, isAlone: boolean) => Promise<GateOutcome>,
): Promise<readonly GateOutcome[]> {
  const outcomes: GateOutcome[] = [];
  for (const gates of stages) {
    const isAlone = gates.length === 1;
    outcomes.push(...(await inParallel(gates, (gate) => run(gate, isAlone), AT_A_TIME)));
  }
  return outcomes;
}
