import {
  operationContextOf,
  streamJson,
  type RouteHandler,
  type RouteHandlers,
} from '@org/core/rest-api';

import type { AdminService } from '../admin-service.ts';
import type { AdminModules } from '../types.ts';
import { changeBy, operationOn } from './admin-view.ts';
import type { accountRoutes } from './account-router.ts';

type Routes = typeof accountRoutes;
type Modules = Pick<AdminModules, 'accounts' | 'authentication'>;

export class AccountView implements RouteHandlers<Routes> {
  readonly #admin: AdminService;
  readonly #modules: Modules;

  constructor(admin: AdminService, modules: Modules) {
    this.#admin = admin;
    this.#modules = modules;
  }

  disableAccount: RouteHandler<Routes['disableAccount']> = async (request) => {
    const { accountId, operation } = changeOf(request.params, 'disable');
    await changeBy(request, this.#admin, operation, (context) =>
      this.#modules.accounts.support.disableAccount({ accountId }, context),
    );
    return { account_id: accountId, state: 'disabled' };
  };

  enableAccount: RouteHandler<Routes['enableAccount']> = async (request) => {
    const { accountId, operation } = changeOf(request.params, 'enable');
    await changeBy(request, this.#admin, operation, (context) =>
      this.#modules.accounts.support.enableAccount({ accountId }, context),
    );
    return { account_id: accountId, state: 'active' };
  };

  endAccountSessions: RouteHandler<Routes['endAccountSessions']> = async (request) => {
    const { accountId, operation } = changeOf(request.params, 'end-sessions');
    await changeBy(request, this.#admin, operation, (context) =>
      this.#modules.accounts.support.endSessions({ accountId }, context),
    );
  };

  endAllSessions: RouteHandler<Routes['endAllSessions']> = async (request) => {
    const operation = { name: 'sessions.end-all', resourceType: 'sessions' };
    const { endedAt } = await changeBy(request, this.#admin, operation, (context) =>
      this.#modules.authentication.endAllSessions(context),
    );
    return { ended_at: endedAt.toISOString() };
  };

  sendPasswordReset: RouteHandler<Routes['sendPasswordReset']> = async (request) => {
    const { accountId, operation } = changeOf(request.params, 'send-reset');
    const { expiresAt } = await changeBy(request, this.#admin, operation, (context) =>
      this.#modules.accounts.support.sendPasswordReset({ accountId }, context),
    );
    return { expires_at: expiresAt.toISOString() };
  };

  resendCode: RouteHandler<Routes['resendCode']> = async (request) => {
    const { channel } = request.body;
    const { accountId, operation } = changeOf(request.params, 'resend-code', { channel });
    const { expiresAt } = await changeBy(request, this.#admin, operation, (context) =>
      this.#modules.accounts.support.resendCode({ accountId, channel }, context),
    );
    return { expires_at: expiresAt.toISOString() };
  };

  unlockAccount: RouteHandler<Routes['unlockAccount']> = async (request) => {
    const { accountId, operation } = changeOf(request.params, 'unlock');
    await changeBy(request, this.#admin, operation, (context) =>
      this.#modules.accounts.support.unlock({ accountId }, context),
    );
  };

  deleteAccountForOwner: RouteHandler<Routes['deleteAccountForOwner']> = async (request) => {
    const { accountId, operation } = changeOf(request.params, 'delete');
    await changeBy(request, this.#admin, operation, (context) =>
      this.#modules.accounts.deletion.deleteAccount({ accountId }, context),
    );
    return { account_id: accountId, state: 'deleted' };
  };

  restoreAccount: RouteHandler<Routes['restoreAccount']> = async (request) => {
    const { accountId, operation } = changeOf(request.params, 'restore');
    const { state } = await changeBy(request, this.#admin, operation, (context) =>
      this.#modules.accounts.deletion.restoreAccount({ accountId }, context),
    );
    return { account_id: accountId, state };
  };

  eraseAccount: RouteHandler<Routes['eraseAccount']> = async (request) => {
    const { now = false, reason } = request.body;
    const { account_id: accountId } = request.params;
    const { jobId } = await this.#admin.eraseAccount(
      { accountId, isForced: now, reason },
      operationContextOf(request),
    );
    return { job_id: jobId };
  };

  exportAccountForOwner: RouteHandler<Routes['exportAccountForOwner']> = async (request, reply) => {
    const { accountId, operation } = changeOf(request.params, 'export');
    const stepwise = { ...operation, isStepwise: true };
    const { body, end } = await changeBy(request, this.#admin, stepwise, (context) =>
      this.#modules.accounts.exportAccount({ accountId }, context),
    );
    return streamJson(reply, body, end);
  };
}

function changeOf(
  { account_id: id }: { readonly account_id: string },
  what: string,
  parameters?: Readonly<Record<string, unknown>>,
) {
  const { resourceId: accountId, operation } = operationOn(
    { type: 'accounts', id },
    `accounts.${what}`,
    parameters,
  );
  return { accountId, operation };
}
