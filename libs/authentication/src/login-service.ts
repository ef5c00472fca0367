import type { OperationContext } from '@org/core';

import type { AccountDirectory } from './account-directory.ts';
import type { AuthenticationService } from './authentication-service.ts';
import type { AccessToken, LoginByUsernameAndPasswordParams } from './types.ts';

export interface LoginServiceDependencies {
  readonly authentication: AuthenticationService;
  readonly accounts: AccountDirectory;
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
}
