import type { AccountGuard } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import {
  createAccount,
  deleteAccount,
  exportAccount,
  getAccount,
  updatePreferences,
  type AccountRoute,
  type CreateAccountRoute,
  type GetAccountRoute,
  type UpdatePreferencesRoute,
} from './account-schema.ts';
import { guardAccountUpdate } from './account-update-guard.ts';
import { updateAccount, type UpdateAccountRoute } from './account-update-schema.ts';
import type { AccountView } from './account-view.ts';

export interface AccountRoutesDependencies {
  readonly view: AccountView;
  readonly guard: AccountGuard;
}

export function registerAccountRoutes(
  app: FastifyInstance,
  { view, guard }: AccountRoutesDependencies,
): void {
  const one = '/accounts/:account_id';
  const owner = { onRequest: guard };
  const updater = { preValidation: guardAccountUpdate(guard) };
  app.post<CreateAccountRoute>('/accounts', createAccount, view.createAccount);
  app.get<GetAccountRoute>(one, { ...getAccount, ...owner }, view.getAccount);
  app.patch<UpdateAccountRoute>(one, { ...updateAccount, ...updater }, view.updateAccount);
  app.delete<AccountRoute>(one, { ...deleteAccount, ...owner }, view.deleteAccount);
  app.get<AccountRoute>(`${one}/export`, { ...exportAccount, ...owner }, view.exportAccount);
  app.patch<UpdatePreferencesRoute>(
    `${one}/notification-preferences`,
    { ...updatePreferences, ...owner },
    view.updatePreferences,
  );
}
