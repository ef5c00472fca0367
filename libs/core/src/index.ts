export { check } from './parameters.ts';
export { isCalendarTime, parseCalendarTime } from './calendar-time.ts';
export { systemClock } from './clock.ts';
export {
  isEmailAddress,
  mailboxOf,
  normalizeEmailAddress,
  toEmailKey,
  toMailableAddress,
} from './email-address.ts';
export { assertCollectionsDeclared, defineModule, InvalidModuleError } from './module-manifest.ts';
export { toAsciiDigits, toNameKey } from './name-key.ts';
export { OperationContext } from './operation-context.ts';
export {
  describeNetworkError,
  parseRetryAfter,
  postToForeignUrl,
  PrivateAddressError,
} from './outbound-request.ts';
export { clampPageSize, countSkipped, resolvePagination } from './pagination.ts';
export {
  boundPhoneNumber,
  describePhoneNumber,
  findCountryCallingCode,
  formatE164,
  isServedPhoneNumber,
  parseE164,
  parsePhoneNumber,
} from './phone-number.ts';
export { isPublicAddress, mayBePublicHost } from './public-address.ts';
export { isPlaceholder } from './secret-key-placeholder.ts';
export {
  areSameBytes,
  DecryptionFailedError,
  MINIMUM_SECRET_KEY_BYTES,
  SecretKey,
} from './secret-key.ts';
export { isVisible, setting } from './setting.ts';
export { addDotenv, findRepeatedSecretKeys, readSettings, SettingsError } from './settings.ts';
export { toFieldName } from './field-name.ts';
export { joinUrl } from './join-url.ts';
export { canonicalAddress, normalizeSource } from './source-address.ts';
export { RecentReads } from './recent-reads.ts';
export { toCanonicalId, toRecordedId, toRecordedName, withoutCredentials } from './recordable.ts';
export { parseStoredPhoneNumber } from './stored-phone-number.ts';
export { noTracing } from './tracing.ts';

export { isReason, LONGEST_REASON, REDACTED } from './audit-trail.ts';
export type { AuditEvent, AuditOutcome, AuditTrail, FieldChange } from './audit-trail.ts';
export type { Clock } from './clock.ts';
export type { AuditedResource, Erasure } from './erasure.ts';
export type {
  InitializedCollection,
  ModuleManifest,
  OwnedCollection,
  PersonalData,
} from './module-manifest.ts';
export type {
  BeforeCommit,
  OperationContextOptions,
  TransactionHandle,
} from './operation-context.ts';
export type { OutboundAnswer, OutboundRequest } from './outbound-request.ts';
export type { PaginationParams } from './pagination.ts';
export type { ParameterCheck } from './parameters.ts';
export type { PhoneNumberCost } from './phone-number.ts';
export type { SecretKeyOptions } from './secret-key.ts';
export type { Setting, SettingProblem, TextFormat } from './setting.ts';
export type { Environment, SettingValues } from './settings.ts';
export type { NewSpan, Tracing } from './tracing.ts';
export type { TransactionRunner } from './transaction-runner.ts';
export type { Actor, PhoneNumber } from './types.ts';

export {
  AppError,
  defineError,
  ServerErrorCode,
  ServiceUnavailableError,
  TooManyRequestsError,
} from './errors.ts';
export type { AppErrorOptions, DefinedError, ErrorDetail, ErrorType } from './errors.ts';
