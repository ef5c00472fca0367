import { InvalidModuleError, type AuditTrail } from '@org/core';
import {
  accountIdOf,
  judgeAgainLater,
  operationContextOf,
  type RequestGuard,
} from '@org/core/rest-api';
import type { FastifyRequest } from 'fastify';

import { PermissionDeniedError } from '../errors.ts';
import type { RoleService } from '../role-service.ts';

export interface PermissionGuardDependencies {
  readonly roles: Pick<RoleService, 'assertPermission' | 'permissions'>;
  /** Where denials are recorded. */
  readonly audit: AuditTrail;
}

/**
 * Creates what guards routes with a `permission`, after the guard for accounts: it admits an account
 * one of whose roles allows it. Whether one still does is checked again once the body has arrived,
 * and while a long answer is sent.
 *
 * @returns the guard of a permission; throws InvalidModuleError if no module declares that
 */
export function createPermissionGuard({
  roles,
  audit,
}: PermissionGuardDependencies): (permission: string) => RequestGuard {
  return (permission) => {
    if (!roles.permissions.includes(permission)) {
      throw new InvalidModuleError(
        `The permission ${permission} belongs to no module: add it to the permissions of one's module.ts.`,
      );
    }
    const judge = async (request: FastifyRequest): Promise<void> => {
      const params = { accountId: accountIdOf(request), permission };
      try {
        await roles.assertPermission(params, operationContextOf(request));
      } catch (error) {
        if (error instanceof PermissionDeniedError) {
          await recordDenial(permission, request, audit);
        }
        throw error;
      }
    };
    const guard: RequestGuard = async (request) => {
      await judge(request);
      judgeAgainLater(request, () => judge(request));
    };
    return Object.assign(guard, { errors: [PermissionDeniedError] });
  };
}

async function recordDenial(
  permission: string,
  request: FastifyRequest,
  audit: AuditTrail,
): Promise<void> {
  const context = operationContextOf(request);
  await audit.recordFromSource(
    {
      resourceType: 'permissions',
      resourceId: permission,
      action: 'authz_fail',
      outcome: 'denied',
    },
    context.sourceAddress ?? '',
    context,
  );
}
