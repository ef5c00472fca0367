export { AdminService } from './admin-service.ts';
export { adminModule } from './module.ts';

export type { AdminServiceDependencies } from './admin-service.ts';
export type { AdminChange, AdminModules, AdminOperation } from './types.ts';

export { AdminBadRequestError, AdminErrorCode } from './errors.ts';
