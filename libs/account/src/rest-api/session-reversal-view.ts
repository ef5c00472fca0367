import { operationContextOf, type RouteHandler, type RouteHandlers } from '@org/core/rest-api';

import type { AccountService } from '../account-service.ts';
import type { sessionReversalRoutes } from './session-reversal-router.ts';

type Routes = typeof sessionReversalRoutes;

export class SessionReversalView implements RouteHandlers<Routes> {
  readonly #accounts: AccountService;

  constructor(accounts: AccountService) {
    this.#accounts = accounts;
  }

  reverseSession: RouteHandler<Routes['reverseSession']> = async (request) => {
    const { token } = request.body;
    const context = operationContextOf(request);
    const { expiresAt } = await this.#accounts.sessions.reverseSession({ token }, context);
    return { expires_at: expiresAt.toISOString() };
  };
}
