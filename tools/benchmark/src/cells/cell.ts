import type { Mode } from '../arguments.ts';
import type { Bench } from '../bench.ts';
import type { Comparison } from '../comparison.ts';
import type { Owners } from '../servers/owner.ts';

/** What a cell measures with. */
export interface CellContext {
  readonly bench: Bench;
  readonly owners: Owners;
  readonly mode: Mode;
  /** Tells how the measuring gets on. */
  readonly report: (line: string) => void;
}

/** One kind of work that the program and its limit are compared at. */
export interface Cell {
  readonly name: string;
  measure(context: CellContext): Promise<readonly Comparison[]>;
}
