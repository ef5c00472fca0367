import { AppError } from '@org/core';

export const AuditErrorCode = {
  BAD_REQUEST: 'AUDIT_ERR_01',
} as const;

/** A query with a cursor, a limit or a time that is none. */
export class AuditBadRequestError extends AppError {
  constructor(message: string) {
    super({ code: AuditErrorCode.BAD_REQUEST, httpStatus: 400, message });
  }
}
