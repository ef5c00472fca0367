import type { Mode } from '@org/harness';

import { checkThat, type Check } from './faults/check.ts';
import { FaultContext, type Fault } from './faults/fault.ts';
import type { Progress } from './progress.ts';
import { Stage } from './stage.ts';

export interface FaultResult extends Pick<Fault, 'id' | 'title'> {
  readonly seconds: number;
  readonly checks: readonly Check[];
  readonly passed: boolean;
}

/** Makes a fault happen on a stage of its own, which is gone afterwards. */
export async function runFault(fault: Fault, mode: Mode, progress: Progress): Promise<FaultResult> {
  const { id, title } = fault;
  const startedAt = performance.now();
  const checks = await runChecks(fault, mode, progress).catch((error: unknown) => {
    const measured = error instanceof Error ? error.message : String(error);
    return [checkThat('the fault was carried through', false, measured, 'yes')];
  });
  progress.end();
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  return {
    id,
    title,
    seconds,
    checks,
    passed: checks.length > 0 && checks.every(({ met }) => met),
  };
}

async function runChecks({ id, title, run }: Fault, mode: Mode, progress: Progress) {
  const stage = await Stage.open();
  try {
    progress.begin(`${id} ${title}`);
    return await run(new FaultContext(mode, stage, (done, of) => progress.advance(done, of)));
  } finally {
    await stage.close();
  }
}
