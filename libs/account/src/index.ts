export {
  AccountService,
  aspNetIdentityVerifier,
  bcryptVerifier,
  betterAuthVerifier,
  createFirebaseVerifier,
  defaultPasswordVerifiers,
  djangoVerifier,
} from './account-service.ts';
export type {
  AccountDeletionService,
  DeletedAccount,
  RestoredAccount,
} from './account-deletion-service.ts';
export type { AccountContactService } from './account-contact-service.ts';
export type { AccountIdentityService } from './account-identity-service.ts';
export type { AccountSessionService, ReverseSessionParams } from './account-session-service.ts';
export type {
  AccountSupportService,
  ContactRequestIdParams,
  ListContactRequestsParams,
  ResendCodeParams,
} from './account-support-service.ts';
export type { AccountTransferService } from './account-transfer-service.ts';
export type { UnsubscribeService } from './unsubscribe-service.ts';
export type { AccountServiceDependencies } from './account-service.ts';
export type { FirebaseHashParameters, PasswordVerifier } from './password-verifier.ts';
export { defineAccountFields } from './fields/account-fields.ts';
export type {
  AccountFieldDefinition,
  AccountFieldDefinitions,
  AccountFieldValues,
  NoFields,
} from './fields/account-fields.ts';
export type { DeclaredFields } from './fields/declared-fields.ts';
export type { AccountLookup, PersonalDataProvider } from './types.ts';
export type {
  ContactRequestPolicy,
  EndPolicy,
  SignUpPolicy,
  SignUpRequest,
  UsernamePolicy,
} from './types.ts';
export type {
  Account,
  AccountExport,
  AccountOwnFields,
  AccountForLogin,
  ExportedIdentity,
  IdentityProgress,
} from './types.ts';
export type { AccountState } from './types.ts';
export type {
  AccountPage,
  AccountSummary,
  ContactRequest,
  ContactRequestPage,
  OpenContactChange,
  SearchAccountsParams,
  WholeAccount,
} from './account-support-service.ts';
export type {
  ExportAccountsParams,
  ImportAccountsParams,
  ImportedBatch,
  LineRefusal,
  LineRefusalCode,
} from './account-transfer-service.ts';
export type { AccountSettings, PasswordHashing } from './types.ts';
export type { AccountIdParams, AccountSearchByIdParams, AccountSearchParams } from './types.ts';
export type { AccountSearchByPhoneNumberParams, AccountSearchByUsernameParams } from './types.ts';
export type { AccountNotificationPreferences } from './types.ts';
export type { AccountNotificationPreferencesByAccountIdParams } from './types.ts';
export type { CreateOrUpdateAccountNotificationPreferencesParams } from './types.ts';
export type { AccountSearchByEmailAndPasswordParams, AccountSearchByEmailParams } from './types.ts';
export type { AdmitProvedEmailParams, EmailSignUp, RequestAccountByEmailParams } from './types.ts';
export type { ConfirmContactChangeParams, RemoveContactParams } from './account-contact-service.ts';
export type {
  RequestContactChangeParams,
  RequestedContactChange,
} from './account-contact-service.ts';
export type { ReverseContactChangeParams } from './account-contact-service.ts';
export type { CreateAccountByPhoneNumberParams } from './types.ts';
export type { CreateAccountByUsernameAndPasswordParams } from './types.ts';
export type { ChangeAccountPasswordParams, ResetPasswordParams } from './types.ts';
export type { UnsubscribeAnswer, UnsubscribeParams, UpdateAccountProfileParams } from './types.ts';
export { accountModule } from './module.ts';

export { AccountErrorCode } from './errors.ts';
export { AccountBadRequestError, AccountInvalidCredentialsError } from './errors.ts';
export { AccountNotFoundError, AccountWithIdNotFoundError } from './errors.ts';
export {
  AccountWithPhoneNumberExistsError,
  AccountWithPhoneNumberNotFoundError,
} from './errors.ts';
export {
  AccountContactRequestNotFoundError,
  AccountSameOperatorError,
  AccountStateError,
} from './errors.ts';
export { AccountLastLoginError, AccountWithEmailExistsError } from './errors.ts';
export { AccountWithUserNameExistsError } from './errors.ts';

export {
  accountCreated,
  accountDeleted,
  accountDisabled,
  accountEmailProved,
  accountEnabled,
  accountErased,
  accountPasswordChanged,
  accountPhoneNumberProved,
  accountProfileUpdated,
  accountRestored,
} from './events.ts';
