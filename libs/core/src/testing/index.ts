export { FakeClock } from './fake-clock.ts';
export { RecordingAuditTrail } from './recording-audit-trail.ts';
export { createThrowawayDatabase } from './throwaway-database.ts';

export type { RecordedEvent } from './recording-audit-trail.ts';
export type { ThrowawayDatabase } from './throwaway-database.ts';
