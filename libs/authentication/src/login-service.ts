import {
  AppError,
  boundPhoneNumber,
  parseStoredPhoneNumber,
  toEmailKey,
  type AuditEvent,
  type AuditTrail,
  type OperationContext,
  type PhoneNumber,
} from '@org/core';

import type {
  AccountDirectory,
  DirectoryAccount,
  EmailAddressAndPassword,
  NewDeviceOptions,
  ProvedEmailParams,
} from './account-directory.ts';
import type { AuthenticationService } from './authentication-service.ts';
import type { CookieSession, RenewedSession } from './cookie-session-service.ts';
import type { RequestedEmailCode } from './email-code-service.ts';
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
  EndSessionParams,
  LoginAttempt,
  LoginNames,
  RefreshAccessTokenParams,
  RenewAuthenticationParams,
  SessionOrigin,
  SessionTransport,
  ThrottledEmailAddressParams,
  ThrottledNameParams,
  UsernameAndPassword,
} from './types.ts';

type Reauthentication = ReauthenticateParams & Pick<RenewAuthenticationParams, 'authenticatedBy'>;
type StartedBy = Pick<CreateAccessTokenParams, keyof SessionOrigin | 'authenticatedBy'>;

/** No mail reaches it, so nobody knows a code of it. */
const NOBODYS_ADDRESS = 'nobody@account.invalid';

export interface LoginServiceDependencies {
  readonly authentication: AuthenticationService;
  readonly accounts: AccountDirectory;
  readonly audit: AuditTrail;
  readonly throttle: ThrottleService;
}

/** What a login starts. */
export interface SessionByTransport {
  readonly token: AccessToken;
  readonly cookie: CookieSession;
}

export interface NewSessionParams<Transport extends SessionTransport = 'token'> extends Pick<
  CreateAccessTokenParams,
  'replacedSession'
> {
  /** What the session's client will present. Default: tokens. */
  readonly transport?: Transport | undefined;
}

/** The session in which an account proves itself again. */
export interface ReauthenticateParams extends EndSessionParams {
  /** The cookie's value, of a session by cookie; it is replaced. */
  readonly cookieValue?: string | undefined;
}

export interface ReauthenticateByPasswordParams extends ReauthenticateParams {
  readonly password: string;
}

export interface ReauthenticateByOtpParams extends ReauthenticateParams {
  /** As the client sent it; anything but a string counts as a wrong code. */
  readonly otpCode: unknown;
}

export interface ReauthenticateByEmailCodeParams extends ReauthenticateParams {
  /** As the client sent it; anything but a string counts as a wrong code. */
  readonly emailCode: unknown;
}

export interface LoginByUsernameAndPasswordParams extends UsernameAndPassword, SessionOrigin {}

export interface LoginByPhoneNumberAndOtpParams extends SessionOrigin {
  /** As the client sent it. */
  readonly phoneNumber: PhoneNumber;
  /** As the client sent it; anything but a string counts as a wrong code. */
  readonly otpCode: unknown;
}

/** A request for a code to log in with, and from where it comes; the mail says so. */
export interface RequestLoginByEmailParams extends SessionOrigin {
  readonly emailAddress: string;
}

export interface LoginByEmailAndPasswordParams extends EmailAddressAndPassword, SessionOrigin {}

export interface LoginByEmailAndCodeParams
  extends Omit<ProvedEmailParams, 'hashedPassword'>, SessionOrigin {
  /** As the client sent it; anything but a string counts as a wrong code. */
  readonly emailCode: unknown;
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
  async loginByUsernameAndPassword<Transport extends SessionTransport = 'token'>(
    params: LoginByUsernameAndPasswordParams & NewSessionParams<Transport>,
    context: OperationContext,
  ): Promise<SessionByTransport[Transport]> {
    const { username, password, ...session } = given.checkPasswordLogin(params);
    return this.#loginByPassword({ name: username }, session, context, () =>
      this.#accounts.getAccountByUsernameAndPassword({ username, password }, context),
    );
  }

  /**
   * @throws OtpIncorrectError for a wrong code or an unknown number
   * @throws OtpExpiredError for a correct code that is used, replaced or too old
   * @throws TooManyRequestsError after too many failures for this number or source
   */
  async loginByPhoneNumberAndOtp<Transport extends SessionTransport = 'token'>(
    params: LoginByPhoneNumberAndOtpParams & NewSessionParams<Transport>,
    context: OperationContext,
  ): Promise<SessionByTransport[Transport]> {
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
    return this.#startSession(account, attempt, { ...origin, authenticatedBy: 'otp' }, context);
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
  ): Promise<RenewedSession> {
    const { password, ...again } = given.checkPasswordAgain(params);
    const { accountId } = again;
    const session = { ...again, authenticatedBy: 'password' } as const;
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
  ): Promise<RenewedSession> {
    const { otpCode, ...again } = given.checkOtpAgain(params);
    const { accountId } = again;
    const session = { ...again, authenticatedBy: 'otp' } as const;
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
   * Likewise, by a code that was mailed to the account's own verified address for a login.
   *
   * @throws OtpIncorrectError for a wrong code, or, after the same work, without such an address
   * @throws OtpExpiredError for a correct code that is used, replaced or too old
   * @throws TooManyRequestsError after too many failures in this session
   * @throws AccessTokenInvalidError if the session ended meanwhile
   */
  async reauthenticateByEmailCode(
    params: ReauthenticateByEmailCodeParams,
    context: OperationContext,
  ): Promise<RenewedSession> {
    const { emailCode: code, ...again } = given.checkEmailCodeAgain(params);
    const { accountId } = again;
    const session = { ...again, authenticatedBy: 'email_code' } as const;
    return this.#reauthenticate(session, context, async () => {
      const account = await this.#accounts.findAccountForLogin({ accountId }, context);
      const proved = account?.emailVerified === true ? account.email : undefined;
      const emailAddress = proved ?? NOBODYS_ADDRESS;
      await this.#authentication.emailCodes.verifyEmailCode({ emailAddress, code }, context);
      if (account === undefined || proved == null) {
        throw new OtpIncorrectError();
      }
      return account;
    });
  }

  /**
   * Mails a code to log in or sign up with. The same work whether or not an account has the address;
   * if operators have disabled that, the mail is withheld.
   *
   * @returns when the code expires
   * @throws BadLoginFormError if the address is invalid
   * @throws TooManyRequestsError within the resend pause, or over the budget of mailbox or source
   */
  async requestLoginByEmail(
    params: RequestLoginByEmailParams,
    context: OperationContext,
  ): Promise<RequestedEmailCode> {
    const { emailAddress, ...origin } = given.checkEmailLoginRequest(params);
    const account = await this.#accounts.findAccountByEmail({ emailAddress }, context);
    const { id: accountId, locale, timeZone, isDisabled: isWithheld } = account ?? {};
    const request = { emailAddress, accountId, locale, timeZone, isWithheld, origin };
    return this.#authentication.emailCodes.requestEmailCode(request, context);
  }

  /**
   * Logs in to the account of the address, or signs up if there is none.
   *
   * @throws BadLoginFormError if the address is invalid
   * @throws OtpIncorrectError for a wrong code
   * @throws OtpExpiredError for a correct code that is used, replaced or too old
   * @throws TooManyRequestsError after too many failures for this address or source
   */
  async loginByEmailAndCode<Transport extends SessionTransport = 'token'>(
    params: LoginByEmailAndCodeParams & NewSessionParams<Transport>,
    context: OperationContext,
  ): Promise<SessionByTransport[Transport]> {
    const {
      emailCode: code,
      userAgent,
      ip,
      transport,
      replacedSession,
      ...proved
    } = given.checkEmailCodeLogin(params);
    const { emailAddress } = proved;
    const subjectDigest = this.#throttle.digestName({ name: toEmailKey(emailAddress) });
    const failure = failedLoginEvent({ subjectDigest });
    const attempt = await this.#throttle.beginOtpLogin({ emailAddress }, context);
    const { isFromStranger } = attempt;
    const account = await this.#identify(attempt, failure, context, async () => {
      const { emailCodes } = this.#authentication;
      const tried = { emailAddress, code, isFromStranger };
      const { hashedPassword } = await emailCodes.verifyEmailCode(tried, context);
      return this.#accounts.admitProvedEmail({ ...proved, hashedPassword }, context);
    });
    const origin = { userAgent, ip, transport, replacedSession };
    const session = { ...origin, authenticatedBy: 'email_code' } as const;
    return this.#startSession(account, attempt, session, context);
  }

  /**
   * Failures count together with those by codes that were mailed there. They do not with those of the
   * same text as a username, which may be another account's.
   *
   * @throws BadLoginFormError if the address is invalid
   * @throws the directory's own error if the credentials are not those of an active account
   * @throws TooManyRequestsError after too many failures for this address or source
   */
  async loginByEmailAndPassword<Transport extends SessionTransport = 'token'>(
    params: LoginByEmailAndPasswordParams & NewSessionParams<Transport>,
    context: OperationContext,
  ): Promise<SessionByTransport[Transport]> {
    const { emailAddress, password, ...session } = given.checkEmailPasswordLogin(params);
    return this.#loginByPassword({ emailAddress }, session, context, () =>
      this.#accounts.getAccountByEmailAndPassword({ emailAddress, password }, context),
    );
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

  async #loginByPassword<Transport extends SessionTransport>(
    submitted: ThrottledNameParams | ThrottledEmailAddressParams,
    origin: SessionOrigin & NewSessionParams<Transport>,
    context: OperationContext,
    find: () => Promise<DirectoryAccount>,
  ): Promise<SessionByTransport[Transport]> {
    const name = 'name' in submitted ? submitted.name : toEmailKey(submitted.emailAddress);
    const failure = failedLoginEvent({ subjectDigest: this.#throttle.digestName({ name }) });
    const attempt = await ('name' in submitted
      ? this.#throttle.beginLogin(submitted, context)
      : this.#throttle.beginOtpLogin(submitted, context));
    const account = await this.#identify(attempt, failure, context, find);
    const session = { ...origin, authenticatedBy: 'password' } as const;
    return this.#startSession(account, attempt, session, context);
  }

  /** Has a throttle of its own, and leaves the session as it is if `prove` throws. */
  async #reauthenticate(
    { cookieValue: value, ...session }: Reauthentication,
    context: OperationContext,
    prove: () => Promise<DirectoryAccount>,
  ): Promise<RenewedSession> {
    const { sessionId } = session;
    const attempt = await this.#throttle.beginReauthentication({ sessionId }, context);
    const failure = failedRenewalEvent(sessionId);
    const { sessionEpoch } = await this.#identify(attempt, failure, context, prove);
    const renewal = { ...session, sessionEpoch };
    const [renewed] = await Promise.all([
      value === undefined
        ? this.#authentication.renewAuthentication(renewal, context)
        : this.#authentication.cookieSessions.renewAuthentication({ ...renewal, value }, context),
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
  async #startSession<Transport extends SessionTransport>(
    account: DirectoryAccount,
    attempt: LoginAttempt,
    { transport, ...started }: StartedBy & NewSessionParams<Transport>,
    context: OperationContext,
  ): Promise<SessionByTransport[Transport]> {
    const { id: accountId, sessionEpoch } = account;
    const onNewDevice: NewDeviceOptions['onNewDevice'] = (device, transaction) =>
      this.#accounts.notifyAccountOfNewDevice(device, transaction);
    const session = { ...started, accountId, sessionEpoch, onNewDevice };
    const owner = actingAs(account, context);
    const [begun] = await Promise.all([
      transport === 'cookie'
        ? this.#authentication.cookieSessions.createCookieSession(session, owner)
        : this.#authentication.createAccessToken(session, owner),
      attempt.succeed({ accountId, names: loginNamesOf(account) }),
    ]);
    return begun as SessionByTransport[Transport];
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

function loginNamesOf({ username, email, phoneNumber, ...account }: DirectoryAccount): LoginNames {
  return {
    username,
    emailAddress: (account.emailVerified === true && email) || undefined,
    phoneNumber: (account.phoneNumberVerified === true && phoneNumber) || undefined,
  };
}

function actingAs({ id }: DirectoryAccount, context: OperationContext): OperationContext {
  return context.withActor({ type: 'account', id });
}
