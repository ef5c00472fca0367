import { apiKilled } from './f1-api-killed.ts';
import type { Fault } from './fault.ts';

/** In the order of requirements.md. */
export const FAULTS: readonly Fault[] = [apiKilled];
