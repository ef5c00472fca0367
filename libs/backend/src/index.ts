export { composeBackend } from './backend.ts';
export { createBackend } from './create-backend.ts';
export { databaseLog } from './database-log.ts';

export type { AuthenticateOptions, RequestSession, RequestSessions } from './authenticate.ts';
export type { Backend } from './backend.ts';
export type {
  BackendOptions,
  BackendSettings,
  ChangingSecretKey,
  CommonOptions,
  ComposeOptions,
  HttpSettings,
  OutboxSettings,
  SecretKeyText,
} from './backend-options.ts';
export type { BackendDependencies, BackendGuard, ComposeDomains, Domain } from './domain.ts';
export type { RequestHandler } from './handler.ts';
export type { HealthReport } from './health.ts';
export type { HostRequest, RequestHeaders } from './host-request.ts';
export type { BackendLogger } from './logger.ts';
export type { Foundation } from './foundation.ts';
export type { Modules } from './modules.ts';
