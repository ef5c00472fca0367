export { assertPermitted, createPermissionGuard } from './permission-guard.ts';

export type { PermissionGuardDependencies } from './permission-guard.ts';
