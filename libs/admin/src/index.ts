export { AdminService } from './admin-service.ts';
export { HealthService } from './health-service.ts';
export { adminModule } from './module.ts';

export type { AdminServiceDependencies } from './admin-service.ts';
export type { HealthServiceDependencies } from './health-service.ts';
export type {
  AdminChange,
  AdminModules,
  AdminOperation,
  EraseAccountParams,
  ExportedAccount,
  Health,
  HealthMinute,
  HealthState,
  Operator,
  QueuedErasure,
  RequestOutcome,
} from './types.ts';

export { AccountRestorableError, AdminBadRequestError, AdminErrorCode } from './errors.ts';
