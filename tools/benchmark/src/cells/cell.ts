import type { Mode } from '@org/harness';

import type { Bench } from '../bench.ts';
import type { Comparison } from '../comparison.ts';
import type { Data } from '../data/prepare-data.ts';
import type { SideServers } from './both-sides.ts';

/** What a cell measures with. */
export interface CellContext {
  readonly bench: Bench;
  readonly sides: SideServers;
  readonly data: Data;
  readonly mode: Mode;
  /** Tells how the measuring gets on. */
  readonly report: (line: string) => void;
}

/** One kind of work that is measured. */
export interface Cell {
  /** Unique; begins the names of its comparisons. */
  readonly name: string;
  measure(context: CellContext): Promise<readonly Comparison[]>;
}

/** How many requests are under way at the same time. */
export const CONNECTIONS = 8;
