export { AuthenticationService, defineAccessTokenClaims } from './authentication-service.ts';
export { LoginService } from './login-service.ts';
export { ThrottleService } from './throttle-service.ts';
export { authenticationModule } from './module.ts';

export type {
  DeleteEmailCodesParams,
  EmailCodeRequestParams,
  EmailCodesByAddressParams,
  EmailCodeService,
  RequestedEmailCode,
  RequestEmailCodeParams,
  RevokeEmailCodesParams,
  VerifiedEmailCode,
  VerifyEmailCodeParams,
} from './email-code-service.ts';
export type {
  DeleteOtpsParams,
  OtpRequestParams,
  OtpsByPhoneNumberParams,
  OtpService,
  RequestOtpParams,
  RevokeOtpsParams,
  VerifyOtpParams,
} from './otp-service.ts';
export type {
  CookieSession,
  CookieSessionService,
  CookieValueParams,
  ProlongCookieSessionParams,
  RenewCookieSessionParams,
  RenewedSession,
} from './cookie-session-service.ts';
export type { PasswordResetTokenService } from './password-reset-token-service.ts';
export type {
  AccessTokenClaims,
  AuthenticationServiceDependencies,
  ReversedSession,
} from './authentication-service.ts';
export type { ClaimTypes, ClaimValue, ClaimValues } from './types.ts';
export type { AuthenticationSettings } from './types.ts';
export type {
  LoginByEmailAndCodeParams,
  LoginByEmailAndPasswordParams,
  LoginByPhoneNumberAndOtpParams,
  LoginByUsernameAndPasswordParams,
  LoginServiceDependencies,
  ReauthenticateByEmailCodeParams,
  ReauthenticateByOtpParams,
  ReauthenticateByPasswordParams,
  ReauthenticateParams,
  RequestLoginByEmailParams,
  SessionByTransport,
  NewSessionParams,
} from './login-service.ts';
export type { ThrottleServiceDependencies } from './throttle-service.ts';
export type {
  AccountCollection,
  AccountDirectory,
  AccountIdAndPassword,
  DirectoryAccount,
  DirectoryAccountForLogin,
  EmailAddressAndPassword,
  NewDevice,
  NewDeviceOptions,
  ProvedEmailParams,
} from './account-directory.ts';
export type { JobRegistry, RegisteredJob } from './job-registry.ts';
export type { EmailCodeData, EmailCodeMessage, OtpSender, RequestOrigin } from './otp-sender.ts';

export type { UsernameAndPassword } from './types.ts';
export type { AccessToken, CreateAccessTokenParams, RefreshAccessTokenParams } from './types.ts';
export type { TokenReuseListener } from './types.ts';
export type { AccountIdParams, VerifiedSession } from './types.ts';
export type { SessionTransport } from './types.ts';
export type { JsonWebKeySet, PublicJsonWebKey } from './types.ts';
export type { EndSessionParams, EndSessionsByAccountIdParams, KeptSession } from './types.ts';
export type { Session, SessionOrigin, SessionsByAccountIdParams } from './types.ts';
export type { CodesByPurposeParams, MessageLanguage, OtpPurpose } from './types.ts';
export type { AuthenticationMethod, CurrentSession, RenewAuthenticationParams } from './types.ts';
export type {
  PasswordResetToken,
  CreatePasswordResetTokenParams,
  PasswordResetTokenParams,
  PasswordResetTokenRefusal,
} from './types.ts';
export type { AuthenticationDataByAccountIdParams, LoginAttempt } from './types.ts';
export type { DeleteAuthenticationDataParams, LoginNames, SucceededLogin } from './types.ts';
export type { ThrottledCodeRecipientParams, ThrottledEmailAddressParams } from './types.ts';
export type { ThrottledNameParams, ThrottledPhoneNumberParams } from './types.ts';
export type { ThrottledSessionParams } from './types.ts';
export type { ThrottleBudget, ThrottleBudgetKind, ThrottleBudgets } from './types.ts';
export type { UnlockParams } from './throttle-service.ts';

export { AccessTokenErrorCode, OtpErrorCode, PasswordResetTokenErrorCode } from './errors.ts';
export { AccessTokenExpiredError, AccessTokenInvalidError } from './errors.ts';
export { AuthorizationHeaderNotFoundError, InvalidAuthorizationHeaderError } from './errors.ts';
export { AuthenticationNotRecentError } from './errors.ts';
export { RefreshTokenReusedError, UnauthorizedAccessError } from './errors.ts';
export { AccessTokenBadRequestError, BadLoginFormError } from './errors.ts';
export { OtpExpiredError, OtpIncorrectError, OtpRequestFailedError } from './errors.ts';
export { PasswordResetTokenNotFoundError, PasswordResetTokenUnusableError } from './errors.ts';
export { SigningKeyUnusableError } from './errors.ts';

export { allSessionsEnded, refreshTokenReused, sessionEnded, sessionStarted } from './events.ts';
