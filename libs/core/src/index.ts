export { countSkipped, resolvePagination } from './pagination.ts';
export {
  boundPhoneNumber,
  describePhoneNumber,
  isServedPhoneNumber,
  findCountryCallingCode,
  formatE164,
  parseE164,
  parsePhoneNumber,
} from './phone-number.ts';
export { check } from './parameters.ts';
export type { ParameterCheck } from './parameters.ts';
export { toAsciiDigits, toNameKey } from './name-key.ts';
export { parseStoredPhoneNumber } from './stored-phone-number.ts';
export { systemClock } from './clock.ts';
export { isEmailAddress, mailboxOf } from './email-address.ts';
export { OperationContext } from './operation-context.ts';
export { normalizeSource } from './source-address.ts';
export { SecretKey, DecryptionFailedError, MINIMUM_SECRET_KEY_BYTES } from './secret-key.ts';
export { settingText } from './setting-text.ts';
export type { ParsedSecretKey } from './setting-text.ts';

export type { AuditEvent, AuditOutcome, AuditTrail, FieldChange } from './audit-trail.ts';
export type { Clock } from './clock.ts';
export type { AuditedResource, Erasure } from './erasure.ts';
export type { OperationContextOptions, TransactionHandle } from './operation-context.ts';
export type { PaginationParams } from './pagination.ts';
export type { PhoneNumberCost } from './phone-number.ts';
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
