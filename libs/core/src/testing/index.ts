export { FakeClock } from './fake-clock.ts';
export { createThrowawayDatabase } from './throwaway-database.ts';

export type { ThrowawayDatabase } from './throwaway-database.ts';
