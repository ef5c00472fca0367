import { check, isReason, LONGEST_REASON } from '@org/core';

import { AdminBadRequestError } from '../errors.ts';

const { parameters, record, anyText, id, optional, jsonObject, flag, callback } = check;

const refuse = (...problem: ConstructorParameters<typeof AdminBadRequestError>) =>
  new AdminBadRequestError(...problem);

const operation = {
  name: id,
  resourceType: id,
  resourceId: optional(anyText),
  parameters: optional(jsonObject),
};

/** Parameters of the service's methods. */
export const checkRead = parameters({ operation: record(operation), work: callback }, refuse);
export const checkChange = parameters(
  {
    operation: record({ ...operation, reason: anyText, isStepwise: optional(flag) }),
    work: callback,
  },
  refuse,
);

export const checkAccountId = parameters({ accountId: anyText }, refuse);
export const checkErasure = parameters(
  { accountId: anyText, isForced: flag, reason: anyText },
  refuse,
);

/** @throws AdminBadRequestError unless it has 1 to 500 characters, one of which can be seen */
export function checkReason(reason: string): void {
  if (!isReason(reason)) {
    const message = `reason must have 1 to ${LONGEST_REASON} characters, one of them visible`;
    throw new AdminBadRequestError(message, [{ path: '/reason', message }]);
  }
}

export function withoutUndefined(
  parameters: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
}
