import { defineError, type ErrorDetail } from '@org/core';

export const AdminErrorCode = {
  BAD_REQUEST: 'ADMIN_ERR_01',
} as const;

/** There is no reason, or another field of the request is invalid; the message says which. */
export class AdminBadRequestError extends defineError(AdminErrorCode.BAD_REQUEST, 400) {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super(message, { details });
  }
}
