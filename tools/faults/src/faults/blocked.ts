import { setTimeout as delay } from 'node:timers/promises';

import { longestLiveness } from '../load/watch.ts';
import type { Check } from './check.ts';
import type { FaultContext } from './fault.ts';

const QUIET_MILLISECONDS = 2_000;
const BLOCKED_LIMIT_MILLISECONDS = 50;

/** How long liveness takes at most without any fault: what the machine itself does to answers. */
export function longestQuietLiveness(port: number): Promise<number> {
  return longestLiveness(port, () => delay(QUIET_MILLISECONDS));
}

/** Met if something blocked the event loop for no longer than the machine itself does. */
export function checkBlocked(
  context: FaultContext,
  what: string,
  { quiet, busy }: { readonly quiet: number; readonly busy: number },
): Check {
  const name = `slowest liveness beyond the ${quiet.toFixed(0)} ms without ${what}`;
  return context.checkTime(name, Math.max(0, busy - quiet), BLOCKED_LIMIT_MILLISECONDS);
}
