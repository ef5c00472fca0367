export { composeProgramBackend } from './backend.ts';
export { readConfig, readEnvironment } from './config.ts';
export { openTracing } from './open-tracing.ts';

export type { ProgramBackend } from './backend.ts';
export type { Config } from './config.ts';
