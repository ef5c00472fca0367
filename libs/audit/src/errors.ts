import { defineError, type ErrorDetail } from '@org/core';

export const AuditErrorCode = {
  BAD_REQUEST: 'AUDIT_ERR_01',
} as const;

/** A query with an invalid cursor, limit or time, or a parameter of the wrong type. */
export class AuditBadRequestError extends defineError(AuditErrorCode.BAD_REQUEST, 400) {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super(message, { details });
  }
}
