import { check } from '@org/core';

import { RoleBadRequestError } from '../errors.ts';

const { parameters, text, id, list, optional, finiteNumber } = check;

const refuse = (...problem: ConstructorParameters<typeof RoleBadRequestError>) =>
  new RoleBadRequestError(...problem);

const MAXIMUM_NAME_LENGTH = 64;
const ROLE_NAME = /^[a-z][a-z0-9-]*$/;

const accountId = id;
const name = text(MAXIMUM_NAME_LENGTH, MAXIMUM_NAME_LENGTH);
const permission = text(MAXIMUM_NAME_LENGTH, MAXIMUM_NAME_LENGTH);

/** Parameters of the service's methods. */
export const checkAccountId = parameters({ accountId }, refuse);
export const checkPermission = parameters({ accountId, permission }, refuse);
export const checkRoleName = parameters({ name }, refuse);
export const checkRole = parameters({ name, permissions: list(permission) }, refuse);
export const checkGrant = parameters({ accountId, role: name }, refuse);
export const checkGrantPage = parameters(
  { role: optional(name), limit: optional(finiteNumber), cursor: optional(id) },
  refuse,
);

/** @throws RoleBadRequestError unless a new role may have the name */
export function assertRoleName(given: string): void {
  if (!ROLE_NAME.test(given)) {
    const message = 'name must have only the letters a to z, digits and -, and begin with a letter';
    throw new RoleBadRequestError(message, [{ path: '/name', message }]);
  }
}

/** @throws RoleBadRequestError for the first permission that no module declares */
export function assertDeclared(permissions: readonly string[], declared: readonly string[]): void {
  const unknown = permissions.find((each) => !declared.includes(each));
  if (unknown !== undefined) {
    const message = `permissions must be among ${declared.join(', ')}`;
    throw new RoleBadRequestError(message, [{ path: '/permissions', message }]);
  }
}
