import {
  AppError,
  boundPhoneNumber,
  parseStoredPhoneNumber,
  type AuditEvent,
  type AuditTrail,
  type OperationContext,
} from '@org/core';

import type { AccountDirectory, DirectoryAccount } from './account-directory.ts';
import type { AuthenticationService } from './authentication-service.ts';
import {
  AccessTokenInvalidError,
  OtpExpiredError,
  OtpIncorrectError,
  RefreshTokenReusedError,
} from './errors.ts';
import * as given from './internal/authentication-parameters.ts';
import { failedLoginEvent, failedRenewalEvent } from './internal/security-event-util.ts';
import type { ThrottleService } from './throttle-service.ts';
import type {
  AccessToken,
  CreateAccessTokenParams,
  CurrentSession,
  EndSessionParams,
  LoginAttempt,
  LoginByPhoneNumberAndOtpParams,
  LoginByUsernameAndPasswordParams,
  ReauthenticateByOtpParams,
  ReauthenticateByPasswordParams,
  RefreshAccessTokenParams,
  RenewAuthenticationParams,
  SessionOrigin,
} from './types.ts';

export interface LoginServiceDependencies {
  readonly authentication: AuthenticationService;
  readonly accounts: AccountDirectory;
  readonly audit: AuditTrail;
  readonly throttle: ThrottleService;
}

/**
 * Login and logout, throttled and audited for all kinds of credentials.
 *
 * @example
 * const credentials = { username: 'ada@example.com', password: 'correct horse battery staple' };
 * const origin = { userAgent: 'Mozilla/5.0', ip: '203.0.113.7' };
 * const { token } = await login.loginByUsernameAndPassword({ ...credentials, ...origin }, context);
 */
export class LoginService {
  readonly #authentication: AuthenticationService;
  readonly #accounts: AccountDirectory;
  readonly #audit: AuditTrail;
  readonly #throttle: ThrottleService;

  private constructor(dependencies: LoginServiceDependencies) {
    this.#authentication = dependencies.authentication;
    this.#accounts = dependencies.accounts;
    this.#audit = dependencies.audit;
    this.#throttle = dependencies.throttle;
  }

  static create(dependencies: LoginServiceDependencies): LoginService {
    return new LoginService(dependencies);
  }

  /**
   * @throws the directory's own error if the credentials are not those of an active account
   * @throws TooManyRequestsError after too many failures for this name or source
   */
  async loginByUsernameAndPassword(
    params: LoginByUsernameAndPasswordParams,
    context: OperationContext,
  ): Promise<AccessToken> {
    const { username, password, ...origin } = given.checkPasswordLogin(params);
    const name = { name: username };
    const failure = failedLoginEvent({ subjectDigest: this.#throttle.digestName(name) });
    const attempt = await this.#throttle.beginLogin(name, context);
    const account = await this.#identify(attempt, failure, context, () =>
      this.#accounts.getAccountByUsernameAndPassword({ username, password }, context),
    );
    const session = { ...origin, authenticatedBy: 'password' } as const;
    return this.#startSession(account, attempt, session, context);
  }

  /**
   * @throws OtpIncorrectError for a wrong code or an unknown number
   * @throws OtpExpiredError for a correct code that is used, replaced or too old
   * @throws TooManyRequestsError after too many failures for this number or source
   */
  async loginByPhoneNumberAndOtp(
    params: LoginByPhoneNumberAndOtpParams,
    context: OperationContext,
  ): Promise<AccessToken> {
    const { phoneNumber, otpCode, ...origin } = given.checkOtpLogin(params);
    const number = { phoneNumber: boundPhoneNumber(phoneNumber) };
    const failure = failedLoginEvent({ subjectDigest: this.#throttle.digestPhoneNumber(number) });
    const attempt = await this.#throttle.beginOtpLogin(number, context);
    const { isFromStranger } = attempt;
    const account = await this.#identify(attempt, failure, context, async () => {
      const found = await this.#accounts.findAccountByPhoneNumber(number, context);
      const normalized = parseStoredPhoneNumber(phoneNumber) ?? number.phoneNumber;
      const code = { phoneNumber: normalized, otpCode, isFromStranger };
      await this.#authentication.otps.verifyOtp(code, context);
      if (found === undefined) {
        throw new OtpIncorrectError();
      }
      await this.#provePhoneNumber(found, context);
      return found;
    });
    const session = { ...origin, authenticatedBy: 'otp' } as const;
    return this.#startSession(account, attempt, session, context);
  }

  /**
   * Makes the authentication of a session recent, by the account's password.
   *
   * @throws the directory's own error if the password is wrong, or the account has none
   * @throws TooManyRequestsError after too many failures in this session
   * @throws AccessTokenInvalidError if the session ended meanwhile
   */
  async reauthenticateByPassword(
    params: ReauthenticateByPasswordParams,
    context: OperationContext,
  ): Promise<CurrentSession> {
    const { accountId, sessionId, password } = given.checkPasswordAgain(params);
    const session = { accountId, sessionId, authenticatedBy: 'password' } as const;
    return this.#reauthenticate(session, context, () =>
      this.#accounts.getAccountByIdAndPassword({ accountId, password }, context),
    );
  }

  /**
   * Likewise, by a code that was sent to the account's own phone number.
   *
   * @throws OtpIncorrectError for a wrong code, or if the account has no number
   * @throws OtpExpiredError for a correct code that is used, replaced or too old
   * @throws TooManyRequestsError after too many failures in this session
   * @throws AccessTokenInvalidError if the session ended meanwhile
   */
  async reauthenticateByOtp(
    params: ReauthenticateByOtpParams,
    context: OperationContext,
  ): Promise<CurrentSession> {
    const { accountId, sessionId, otpCode } = given.checkOtpAgain(params);
    const session = { accountId, sessionId, authenticatedBy: 'otp' } as const;
    return this.#reauthenticate(session, context, async () => {
      const account = await this.#accounts.findAccountForLogin({ accountId }, context);
      if (account?.phoneNumber == null) {
        throw new OtpIncorrectError();
      }
      const phoneNumber = parseStoredPhoneNumber(account.phoneNumber) ?? account.phoneNumber;
      await this.#authentication.otps.verifyOtp({ phoneNumber, otpCode }, context);
      return account;
    });
  }

  /**
   * @throws AccessTokenInvalidError if the token is forged, or its session has ended
   * @throws RefreshTokenReusedError if it was exchanged before; the owner is told
   * @throws TooManyRequestsError after too many failures for this source
   */
  async refresh(params: RefreshAccessTokenParams, context: OperationContext): Promise<AccessToken> {
    given.checkRefresh(params);
    await this.#throttle.assertRefreshAllowed(context);
    try {
      return await this.#authentication.refreshAccessToken(
        {
          onReuse: (reuse, transaction) =>
            this.#accounts.notifyAccountOfTokenReuse(reuse, transaction),
          ...params,
        },
        context,
      );
    } catch (error) {
      if (error instanceof AccessTokenInvalidError || error instanceof RefreshTokenReusedError) {
        await Promise.all([
          this.#throttle.recordFailedRefresh(context),
          this.#recordFailure(failedLoginEvent({ accountId: error.accountId }), context),
        ]);
      }
      throw error;
    }
  }

  /** Ends the bearer's session. */
  async logout(params: EndSessionParams, context: OperationContext): Promise<void> {
    await this.#authentication.endSession(given.checkSession(params), context);
  }

  /** Has a throttle of its own, and leaves the session as it is if `prove` throws. */
  async #reauthenticate(
    session: Omit<RenewAuthenticationParams, 'sessionEpoch'>,
    context: OperationContext,
    prove: () => Promise<DirectoryAccount>,
  ): Promise<CurrentSession> {
    const { sessionId } = session;
    const attempt = await this.#throttle.beginReauthentication({ sessionId }, context);
    const failure = failedRenewalEvent(sessionId);
    const { sessionEpoch } = await this.#identify(attempt, failure, context, prove);
    const [renewed] = await Promise.all([
      this.#authentication.renewAuthentication({ ...session, sessionEpoch }, context),
      attempt.succeed({ isLogin: false }),
    ]);
    return renewed;
  }

  /**
   * Settles the attempt as failed or abandoned if it does not find whose credentials they are.
   *
   * @param failure what to record if the credentials are wrong
   */
  async #identify(
    attempt: LoginAttempt,
    failure: AuditEvent,
    context: OperationContext,
    find: () => Promise<DirectoryAccount>,
  ): Promise<DirectoryAccount> {
    try {
      return await find();
    } catch (error) {
      await (areWrongCredentials(error)
        ? Promise.all([attempt.fail(), this.#recordFailure(failure, context)])
        : attempt.abandon());
      throw error;
    }
  }

  /** @throws OtpIncorrectError if the account was deleted while the code was tried */
  async #provePhoneNumber(account: DirectoryAccount, context: OperationContext): Promise<void> {
    try {
      const proved = { accountId: account.id };
      await this.#accounts.proveAccountPhoneNumber(proved, actingAs(account, context));
    } catch (error) {
      throw error instanceof AppError && error.httpStatus === 404 ? new OtpIncorrectError() : error;
    }
  }

  /** Settles the attempt in parallel, so that the login does not wait for it. */
  async #startSession(
    account: DirectoryAccount,
    attempt: LoginAttempt,
    started: Pick<CreateAccessTokenParams, keyof SessionOrigin | 'authenticatedBy'>,
    context: OperationContext,
  ): Promise<AccessToken> {
    const { id: accountId, sessionEpoch } = account;
    const session = { ...started, accountId, sessionEpoch };
    const [token] = await Promise.all([
      this.#authentication.createAccessToken(session, actingAs(account, context)),
      attempt.succeed({ accountId }),
    ]);
    return token;
  }

  async #recordFailure(failure: AuditEvent, context: OperationContext): Promise<void> {
    await this.#audit.recordFromSource(failure, context.sourceAddress ?? '', context);
  }
}

function areWrongCredentials(error: unknown): boolean {
  return (
    error instanceof OtpIncorrectError ||
    error instanceof OtpExpiredError ||
    (error instanceof AppError && error.httpStatus === 401)
  );
}

function actingAs({ id }: DirectoryAccount, context: OperationContext): OperationContext {
  return context.withActor({ type: 'account', id });
}
