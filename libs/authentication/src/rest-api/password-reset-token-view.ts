import { operationContextOf, type RouteHandler, type RouteHandlers } from '@org/core/rest-api';

import type { AccountDirectory } from '../account-directory.ts';
import type { passwordResetTokenRoutes } from './password-reset-token-router.ts';

type Routes = typeof passwordResetTokenRoutes;

export class PasswordResetTokenView implements RouteHandlers<Routes> {
  readonly #accounts: AccountDirectory;

  constructor(accounts: AccountDirectory) {
    this.#accounts = accounts;
  }

  createPasswordResetToken: RouteHandler<Routes['createPasswordResetToken']> = async (request) => {
    const { username } = request.body;
    const { expiresAt } = await this.#accounts.requestPasswordReset(
      { username },
      operationContextOf(request),
    );
    return { expires_at: expiresAt.toISOString() };
  };
}
