import type { AccountGuard } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import {
  createAccountSchema,
  createAccountValidator,
  getAccountSchema,
  type CreateAccountRoute,
  type GetAccountRoute,
} from './account-schema.ts';
import type { AccountView } from './account-view.ts';

export interface AccountRoutesDependencies {
  readonly view: AccountView;
  readonly guard: AccountGuard;
}

export function registerAccountRoutes(
  app: FastifyInstance,
  { view, guard }: AccountRoutesDependencies,
): void {
  app.post<CreateAccountRoute>(
    '/accounts',
    { schema: createAccountSchema, validatorCompiler: createAccountValidator },
    view.createAccount,
  );
  app.get<GetAccountRoute>(
    '/accounts/:account_id',
    { schema: getAccountSchema, onRequest: guard },
    view.getAccount,
  );
}
