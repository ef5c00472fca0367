import type { AuditTrail, OperationContext } from '@org/core';

import type { AccountDirectory } from './account-directory.ts';
import type { AuthenticationService } from './authentication-service.ts';
import type { ThrottleService } from './throttle-service.ts';
import type {
  AccessToken,
  EndSessionParams,
  LoginByPhoneNumberAndOtpParams,
  LoginByUsernameAndPasswordParams,
  RefreshAccessTokenParams,
} from './types.ts';

export interface LoginServiceDependencies {
  readonly authentication: AuthenticationService;
  readonly accounts: AccountDirectory;
  readonly audit: AuditTrail;
  readonly throttle: ThrottleService;
}

/** Logging in: proves who an account is by its directory, and starts a session for it. */
export class LoginService {
  readonly #authentication: AuthenticationService;
  readonly #accounts: AccountDirectory;

  private constructor({ authentication, accounts }: LoginServiceDependencies) {
    this.#authentication = authentication;
    this.#accounts = accounts;
  }

  static create(dependencies: LoginServiceDependencies): LoginService {
    return new LoginService(dependencies);
  }

  /** @throws the directory's own error when the credentials are not those of an active account */
  async loginByUsernameAndPassword(
    { username, password, userAgent, ip }: LoginByUsernameAndPasswordParams,
    context: OperationContext,
  ): Promise<AccessToken> {
    const account = await this.#accounts.getAccountByUsernameAndPassword(
      { username, password },
      context,
    );
    const actor = { type: 'account', id: account.id } as const;
    return this.#authentication.createAccessToken(
      { accountId: account.id, userAgent, ip },
      context.withActor(actor),
    );
  }

  /**
   * @throws OtpIncorrectError for a wrong code or an unknown number
   * @throws OtpExpiredError for a right one that is used, replaced or too old
   * @throws TooManyRequestsError after too many failures
   */
  loginByPhoneNumberAndOtp(
    _params: LoginByPhoneNumberAndOtpParams,
    _context: OperationContext,
  ): Promise<AccessToken> {
    throw new Error('not implemented');
  }

  /**
   * @throws AccessTokenInvalidError for a token that is forged, or whose session has ended
   * @throws RefreshTokenReusedError for one that was exchanged before; the owner is told
   */
  refresh(_params: RefreshAccessTokenParams, _context: OperationContext): Promise<AccessToken> {
    throw new Error('not implemented');
  }

  /** Ends the session of the bearer. */
  logout(_params: EndSessionParams, _context: OperationContext): Promise<void> {
    throw new Error('not implemented');
  }
}
