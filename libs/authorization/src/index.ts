export { RoleService } from './role-service.ts';
export { authorizationModule } from './module.ts';

export type { RoleServiceDependencies } from './role-service.ts';
export type {
  CreateRoleParams,
  ListRoleGrantsParams,
  PermissionParams,
  PermissionsByAccountIdParams,
  Role,
  RoleGrant,
  RoleGrantPage,
  RoleGrantParams,
  RoleParams,
  UpdateRoleParams,
} from './types.ts';

export {
  BuiltInRoleError,
  LastAdminError,
  PermissionDeniedError,
  PermissionNotHeldError,
  RoleBadRequestError,
  RoleErrorCode,
  RoleExistsError,
  RoleGrantedError,
  RoleLimitReachedError,
  RoleNotFoundError,
  RoleNotGrantedError,
} from './errors.ts';
