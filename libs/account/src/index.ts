export { AccountService } from './account-service.ts';

export type { AccountServiceDependencies } from './account-service.ts';
export type {
  Account,
  AccountNotificationPreferences,
  AccountNotificationPreferencesByAccountIdParams,
  AccountSearchByIdParams,
  AccountSearchParams,
  AccountSettings,
  CreateAccountByUsernameAndPasswordParams,
  PasswordHashing,
} from './types.ts';

export {
  AccountBadRequestError,
  AccountErrorCode,
  AccountInvalidCredentialsError,
  AccountWithIdNotFoundError,
  AccountWithUserNameExistsError,
} from './errors.ts';
