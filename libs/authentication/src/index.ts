export { AuthenticationService } from './authentication-service.ts';
export { LoginService } from './login-service.ts';

export type { AccountDirectory } from './account-directory.ts';
export type {
  AuthenticationServiceDependencies,
  AuthenticationSettings,
} from './authentication-service.ts';
export type { LoginServiceDependencies } from './login-service.ts';
export type {
  AccessToken,
  CreateAccessTokenParams,
  DirectoryAccount,
  LoginByUsernameAndPasswordParams,
  SessionOrigin,
  UsernameAndPassword,
  VerifiedAccessToken,
  VerifyAccessTokenParams,
} from './types.ts';

export {
  AccessTokenBadRequestError,
  AccessTokenErrorCode,
  AccessTokenExpiredError,
  AccessTokenInvalidError,
  AuthorizationHeaderNotFoundError,
  BadPasswordFormError,
  InvalidAuthorizationHeaderError,
  SigningKeyUnusableError,
  UnauthorizedAccessError,
} from './errors.ts';
