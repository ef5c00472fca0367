import { AppError, type ErrorDetail } from '@org/core';

export const AuditErrorCode = {
  BAD_REQUEST: 'AUDIT_ERR_01',
} as const;

/** A query with an invalid cursor, limit or time, or a parameter of another type. */
export class AuditBadRequestError extends AppError {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super({ code: AuditErrorCode.BAD_REQUEST, httpStatus: 400, message, details });
  }
}
