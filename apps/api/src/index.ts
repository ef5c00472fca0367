export { readConfig, readEnvironment } from './config.ts';
export { composeModules } from './modules.ts';

export type { Config } from './config.ts';
export type { Modules } from './modules.ts';
