export { runUntilEmpty } from './run-until-empty.ts';

export type { MovableClock } from './run-until-empty.ts';
