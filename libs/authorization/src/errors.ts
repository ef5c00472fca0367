import { defineError, type ErrorDetail } from '@org/core';

export const RoleErrorCode = {
  /** Clients know this error beside those of the guard. */
  PERMISSION_DENIED: 'ACCESS_TOKEN_ERR_09',
  NOT_FOUND: 'ROLE_ERR_01',
  BAD_REQUEST: 'ROLE_ERR_02',
  EXISTS: 'ROLE_ERR_03',
  PERMISSION_NOT_HELD: 'ROLE_ERR_04',
  LAST_ADMIN: 'ROLE_ERR_05',
  BUILT_IN: 'ROLE_ERR_06',
  GRANTED: 'ROLE_ERR_07',
  NOT_GRANTED: 'ROLE_ERR_08',
  LIMIT_REACHED: 'ROLE_ERR_09',
} as const;

/** Nothing that the account's roles allow. Not a 401: logging in again would not help. */
export class PermissionDeniedError extends defineError(RoleErrorCode.PERMISSION_DENIED, 403) {
  /** @param permission what was missing. Default: any at all */
  constructor(permission?: string) {
    super(
      permission === undefined
        ? 'You need a role to do this.'
        : `You need the permission ${permission} to do this.`,
      { challenge: 'Bearer error="insufficient_scope"' },
    );
  }
}

export class RoleNotFoundError extends defineError(RoleErrorCode.NOT_FOUND, 404) {
  constructor(name: string) {
    super(`We could not find a role named ${name}.`);
  }
}

/** A parameter is invalid; the message names it. */
export class RoleBadRequestError extends defineError(RoleErrorCode.BAD_REQUEST, 400) {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super(message, { details });
  }
}

export class RoleExistsError extends defineError(RoleErrorCode.EXISTS, 409) {
  constructor(name: string) {
    super(`There is a role named ${name} already.`);
  }
}

/** Nobody gives, takes or defines what they have not. */
export class PermissionNotHeldError extends defineError(RoleErrorCode.PERMISSION_NOT_HELD, 403) {
  constructor(
    permission: string,
    message = `You cannot give or take ${permission}: you do not have it.`,
  ) {
    super(permission === '*' ? 'Only an admin can do this.' : message);
  }
}

/** Nobody else with an active account is an admin. */
export class LastAdminError extends defineError(RoleErrorCode.LAST_ADMIN, 409) {
  constructor() {
    super('This is the last admin. Please make another account an admin first.');
  }
}

export class BuiltInRoleError extends defineError(RoleErrorCode.BUILT_IN, 409) {
  constructor(name: string, change: 'changed' | 'removed') {
    super(`The role ${name} is built in and cannot be ${change}.`);
  }
}

/** Whoever has the role would get what a later one of that name allows. */
export class RoleGrantedError extends defineError(RoleErrorCode.GRANTED, 409) {
  constructor(name: string) {
    super(`Accounts have the role ${name}. Please take it from them first.`);
  }
}

export class RoleNotGrantedError extends defineError(RoleErrorCode.NOT_GRANTED, 404) {
  constructor(accountId: string, role: string) {
    super(`Account ${accountId} does not have the role ${role}.`);
  }
}

/** There are as many roles as there may be; the message gives the number. */
export class RoleLimitReachedError extends defineError(RoleErrorCode.LIMIT_REACHED, 409) {
  constructor(maximum: number) {
    super(`There can be at most ${maximum} roles. Please remove some first.`);
  }
}
