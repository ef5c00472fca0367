export { countSkipped, resolvePagination } from './pagination.ts';
export { findCountryCallingCode, formatE164, parseE164, parsePhoneNumber } from './phone-number.ts';
export { systemClock } from './clock.ts';
export { OperationContext } from './operation-context.ts';
export { SecretKey, DecryptionFailedError, MINIMUM_SECRET_KEY_BYTES } from './secret-key.ts';

export type { AuditEvent, AuditOutcome, AuditTrail, FieldChange } from './audit-trail.ts';
export type { Clock } from './clock.ts';
export type { OperationContextOptions, TransactionHandle } from './operation-context.ts';
export type { PaginationParams } from './pagination.ts';
export type { SecretKeyOptions } from './secret-key.ts';
export type { TransactionRunner } from './transaction-runner.ts';
export type { Actor, PhoneNumber } from './types.ts';

export {
  AppError,
  ServerErrorCode,
  ServiceUnavailableError,
  TooManyRequestsError,
} from './errors.ts';
export type { AppErrorOptions, ErrorDetail } from './errors.ts';
