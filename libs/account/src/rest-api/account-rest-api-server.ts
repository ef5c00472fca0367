import type { ErrorType } from '@org/core';
import { applyHttpContract, registerRoutes, type AccountGuard } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import type { AccountService } from '../account-service.ts';
import { AccountBadRequestError } from '../errors.ts';
import { accountFormsWith } from './account-form-schema.ts';
import { accountRoutesWith } from './account-router.ts';
import { AccountView, type SessionIdOf } from './account-view.ts';
import { contactRoutesWith } from './contact-router.ts';
import { ContactView } from './contact-view.ts';
import { sessionReversalRoutes } from './session-reversal-router.ts';
import { SessionReversalView } from './session-reversal-view.ts';
import { unsubscribeRestApi } from './unsubscribe-router.ts';

export interface AccountRestApiOptions {
  readonly accounts: AccountService;
  /** Decides who may act as the account in the path; needs `recent`, for deletion and export. */
  readonly guard: AccountGuard;
  /**
   * Returns the session of a request that the guard admitted; a password change ends all others.
   * Default: unknown, so that all end.
   */
  readonly sessionIdOf?: SessionIdOf;
  /** What the `endPolicy` of the accounts throws, for the OpenAPI document. Default: nothing. */
  readonly endErrors?: readonly ErrorType[];
}

/**
 * Fastify plugin with the routes of accounts, for password reset mails and for the links to unsubscribe. Register it under the
 * API's prefix.
 *
 * @example
 * await app.register(accountRestApi, { prefix: '/api', accounts, guard });
 */
export async function accountRestApi(
  app: FastifyInstance,
  { accounts, guard, sessionIdOf = () => undefined, endErrors = [] }: AccountRestApiOptions,
): Promise<void> {
  applyHttpContract(app, AccountBadRequestError);
  const forms = accountFormsWith(accounts.fields);
  const routes = accountRoutesWith(accounts.fields, forms, endErrors);
  const handlers = new AccountView(accounts, sessionIdOf, forms);
  registerRoutes(app, routes, { handlers, guard });
  registerRoutes(app, contactRoutesWith(accounts.fields), {
    handlers: new ContactView(accounts),
    guard,
  });
  registerRoutes(app, sessionReversalRoutes, {
    handlers: new SessionReversalView(accounts),
    guard,
  });
  await app.register(unsubscribeRestApi, { unsubscribing: accounts.unsubscribing });
}
