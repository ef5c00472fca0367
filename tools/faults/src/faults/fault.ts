import type { Stage } from '../stage/stage.ts';
import type { Check } from './check.ts';

/** `quick` runs all faults in under four minutes, `full` takes about an hour. */
export type Mode = 'quick' | 'full';

export interface FaultContext {
  readonly mode: Mode;
  /** A mongod and providers for this fault alone. */
  readonly stage: Stage;
  /** Tells how far it has got. */
  readonly progress: (done: number, of: number) => void;
}

/** One of the faults of requirements.md. */
export interface Fault {
  /** `F1` to `F14`; `L1` for a load. */
  readonly id: string;
  readonly title: string;
  /** Makes it happen, and says how the program took it. */
  readonly run: (context: FaultContext) => Promise<readonly Check[]>;
}

/** How much of something each mode does. */
export function byMode<Value>(mode: Mode, values: Readonly<Record<Mode, Value>>): Value {
  return values[mode];
}
