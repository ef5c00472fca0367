export { collect } from './collect.ts';
export { FakeClock } from './fake-clock.ts';
export { RecordingAuditTrail } from './recording-audit-trail.ts';
export { settingRows } from './setting-rows.ts';
export { createThrowawayDatabase, ReusedDatabases } from './throwaway-database.ts';
export { findTakenParameters } from './wrong-parameters.ts';

export type { RecordedEvent } from './recording-audit-trail.ts';
export type { ThrowawayDatabase } from './throwaway-database.ts';
export type { RightArguments, WrongParametersOptions } from './wrong-parameters.ts';
