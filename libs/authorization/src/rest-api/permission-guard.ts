import { InvalidModuleError, type AuditTrail, type OperationContext } from '@org/core';
import {
  accountIdOf,
  judgeAgainLater,
  operationContextOf,
  type RequestGuard,
} from '@org/core/rest-api';
import type { FastifyRequest } from 'fastify';

import { PermissionDeniedError } from '../errors.ts';
import type { RoleService } from '../role-service.ts';
import type { PermissionParams } from '../types.ts';

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
    assertDeclared(permission, roles);
    const judge = (request: FastifyRequest): Promise<void> =>
      admit(
        { accountId: accountIdOf(request), permission },
        { roles, audit },
        operationContextOf(request),
      );
    const guard: RequestGuard = async (request) => {
      await judge(request);
      judgeAgainLater(request, () => judge(request));
    };
    return Object.assign(guard, { errors: [PermissionDeniedError] });
  };
}

/**
 * Asserts that an account has a permission, as routes with one do: a denial is recorded.
 *
 * @throws InvalidModuleError if no module declares it
 * @throws PermissionDeniedError if none of the account's roles has it
 */
export async function assertPermitted(
  params: PermissionParams,
  dependencies: PermissionGuardDependencies,
  context: OperationContext,
): Promise<void> {
  assertDeclared(params.permission, dependencies.roles);
  await admit(params, dependencies, context);
}

function assertDeclared(
  permission: string,
  { permissions }: Pick<RoleService, 'permissions'>,
): void {
  if (!permissions.includes(permission)) {
    throw new InvalidModuleError(
      `The permission ${permission} belongs to no module: add it to the permissions of one's module.ts.`,
    );
  }
}

async function admit(
  params: PermissionParams,
  { roles, audit }: PermissionGuardDependencies,
  context: OperationContext,
): Promise<void> {
  try {
    await roles.assertPermission(params, context);
  } catch (error) {
    if (error instanceof PermissionDeniedError) {
      await recordDenial(params.permission, audit, context);
    }
    throw error;
  }
}

async function recordDenial(
  permission: string,
  audit: AuditTrail,
  context: OperationContext,
): Promise<void> {
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
