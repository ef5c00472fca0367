import type { Cell } from './cell.ts';
import { coldStart } from './cold-start.ts';
import { readOwnAccount } from './read-own-account.ts';

/** Every cell, in the order in which they are measured. */
export const CELLS: readonly Cell[] = [coldStart, readOwnAccount];
