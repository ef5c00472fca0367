import { AppError, parsePhoneNumber, type AuditTrail, type OperationContext } from '@org/core';

import type { AccountDirectory } from './account-directory.ts';
import type { AuthenticationService } from './authentication-service.ts';
import {
  AccessTokenInvalidError,
  OtpExpiredError,
  OtpIncorrectError,
  RefreshTokenReusedError,
} from './errors.ts';
import { describeFailedLogin } from './internal/security-event-util.ts';
import type { ThrottleService } from './throttle-service.ts';
import type {
  AccessToken,
  DirectoryAccount,
  EndSessionParams,
  LoginByPhoneNumberAndOtpParams,
  LoginByUsernameAndPasswordParams,
  RefreshAccessTokenParams,
  SessionOrigin,
} from './types.ts';

export interface LoginServiceDependencies {
  readonly authentication: AuthenticationService;
  readonly accounts: AccountDirectory;
  readonly audit: AuditTrail;
  readonly throttle: ThrottleService;
}

/** Who somebody is, once they have proved it. What comes before a session. */
type ProvedIdentity = DirectoryAccount;

/** Logging in and out: throttled and audited, whatever the credentials. */
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
   * @throws the directory's own error when the credentials are not those of an active account
   * @throws TooManyRequestsError after too many failures of this name or source
   */
  async loginByUsernameAndPassword(
    params: LoginByUsernameAndPasswordParams,
    context: OperationContext,
  ): Promise<AccessToken> {
    const identity = await this.#proveByPassword(params, context);
    return this.#startSession(identity, params, context);
  }

  /**
   * @throws OtpIncorrectError for a wrong code or an unknown number
   * @throws OtpExpiredError for a right one that is used, replaced or too old
   * @throws TooManyRequestsError after too many failures of this number or source
   */
  async loginByPhoneNumberAndOtp(
    params: LoginByPhoneNumberAndOtpParams,
    context: OperationContext,
  ): Promise<AccessToken> {
    const identity = await this.#proveByOtp(params, context);
    return this.#startSession(identity, params, context);
  }

  /**
   * @throws AccessTokenInvalidError for a token that is forged, or whose session has ended
   * @throws RefreshTokenReusedError for one that was exchanged before; the owner is told
   * @throws TooManyRequestsError after too many failures of this source
   */
  async refresh(params: RefreshAccessTokenParams, context: OperationContext): Promise<AccessToken> {
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
          this.#recordFailure(context),
        ]);
      }
      throw error;
    }
  }

  /** Ends the session of the bearer. */
  async logout(params: EndSessionParams, context: OperationContext): Promise<void> {
    await this.#authentication.endSession(params, context);
  }

  async #proveByPassword(
    { username, password }: LoginByUsernameAndPasswordParams,
    context: OperationContext,
  ): Promise<ProvedIdentity> {
    const name = { name: username };
    const { hasFailures } = await this.#throttle.assertLoginAllowed(name, context);
    try {
      const account = await this.#accounts.getAccountByUsernameAndPassword(
        { username, password },
        context,
      );
      if (hasFailures) {
        await this.#throttle.recordSuccessfulLogin(name, context);
      }
      return account;
    } catch (error) {
      if (error instanceof AppError && error.httpStatus === 401) {
        await Promise.all([
          this.#throttle.recordFailedLogin(name, context),
          this.#recordFailure(context),
        ]);
      }
      throw error;
    }
  }

  async #proveByOtp(
    { phoneNumber, otpCode }: LoginByPhoneNumberAndOtpParams,
    context: OperationContext,
  ): Promise<ProvedIdentity> {
    const number = { phoneNumber };
    const { hasFailures } = await this.#throttle.assertOtpLoginAllowed(number, context);
    try {
      const account = await this.#accounts.getAccountByPhoneNumber(number, context);
      const normalized = parsePhoneNumber(phoneNumber) ?? phoneNumber;
      await this.#authentication.verifyOtp({ phoneNumber: normalized, otpCode }, context);
      if (account === undefined) {
        throw new OtpIncorrectError();
      }
      if (hasFailures) {
        await this.#throttle.recordSuccessfulOtpLogin(number, context);
      }
      await this.#accounts.proveAccountPhoneNumber(
        { accountId: account.id },
        actingAs(account, context),
      );
      return account;
    } catch (error) {
      if (error instanceof OtpIncorrectError || error instanceof OtpExpiredError) {
        await Promise.all([
          this.#throttle.recordFailedOtpLogin(number, context),
          this.#recordFailure(context),
        ]);
      }
      throw error;
    }
  }

  async #startSession(
    identity: ProvedIdentity,
    { userAgent, ip }: SessionOrigin,
    context: OperationContext,
  ): Promise<AccessToken> {
    return this.#authentication.createAccessToken(
      { accountId: identity.id, sessionEpoch: identity.sessionEpoch, userAgent, ip },
      actingAs(identity, context),
    );
  }

  async #recordFailure(context: OperationContext): Promise<void> {
    const source = context.sourceAddress ?? '';
    await this.#audit.recordFromSource(describeFailedLogin(), source, context);
  }
}

function actingAs({ id }: ProvedIdentity, context: OperationContext): OperationContext {
  return context.withActor({ type: 'account', id });
}
