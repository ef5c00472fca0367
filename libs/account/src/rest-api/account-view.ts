import { AppError } from '@org/core';
import { clearSiteData, operationContextOf, streamJson } from '@org/core/rest-api';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { AccountService } from '../account-service.ts';
import type { Account } from '../types.ts';
import type { AccountReplyBody, NotificationPreferencesBody } from './account-reply-schema.ts';
import { toAccountBody, toExportBody, toPreferencesBody } from './account-reply-view.ts';
import type {
  AccountRoute,
  CreateAccountRoute,
  GetAccountRoute,
  UpdatePreferencesRoute,
} from './account-schema.ts';
import { isPasswordForm, isResetForm, type UpdateAccountRoute } from './account-update-schema.ts';

/** The session that sends a request, where the app knows sessions. */
export type SessionIdOf = (request: FastifyRequest) => string | undefined;

export class AccountView {
  readonly #accounts: AccountService;
  readonly #sessionIdOf: SessionIdOf;

  constructor(accounts: AccountService, sessionIdOf: SessionIdOf) {
    this.#accounts = accounts;
    this.#sessionIdOf = sessionIdOf;
  }

  createAccount = async (
    request: FastifyRequest<CreateAccountRoute>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { validationError } = request;
    if (validationError !== undefined) {
      await this.#accounts.countRefusedSignUp(operationContextOf(request));
      throw validationError;
    }
    const account = await this.#create(request);
    return reply.code(201).send(toAccountBody(account));
  };

  getAccount = async (request: FastifyRequest<GetAccountRoute>): Promise<AccountReplyBody> => {
    const { account_id: id } = request.params;
    const context = operationContextOf(request);
    const account = toAccountBody(await this.#accounts.getAccountById({ id }, context));
    if (!/^true$/i.test(request.query.include_notification_preferences ?? '')) {
      return account;
    }
    const preferences = await this.#accounts
      .getAccountNotificationPreferencesByAccountId({ accountId: id }, context)
      .catch(unlessThereAreNone);
    return preferences === undefined
      ? account
      : { ...account, notification_preferences: toPreferencesBody(preferences) };
  };

  updateAccount = async (request: FastifyRequest<UpdateAccountRoute>): Promise<AccountReplyBody> =>
    toAccountBody(await this.#update(request));

  deleteAccount = async (
    request: FastifyRequest<AccountRoute>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { account_id: accountId } = request.params;
    await this.#accounts.deleteAccount({ accountId }, operationContextOf(request));
    return clearSiteData(reply).code(204).send();
  };

  exportAccount = async (
    request: FastifyRequest<AccountRoute>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { account_id: accountId } = request.params;
    const exported = await this.#accounts.exportAccount({ accountId }, operationContextOf(request));
    return streamJson(reply, toExportBody(exported), () => exported.end());
  };

  updatePreferences = async (
    request: FastifyRequest<UpdatePreferencesRoute>,
  ): Promise<NotificationPreferencesBody> => {
    const { email_enabled, push_enabled, sms_enabled } = request.body;
    const preferences = await this.#accounts.createOrUpdateAccountNotificationPreferences(
      {
        accountId: request.params.account_id,
        ...(email_enabled === undefined ? {} : { emailEnabled: email_enabled }),
        ...(push_enabled === undefined ? {} : { pushEnabled: push_enabled }),
        ...(sms_enabled === undefined ? {} : { smsEnabled: sms_enabled }),
      },
      operationContextOf(request),
    );
    return toPreferencesBody(preferences);
  };

  #create(request: FastifyRequest<CreateAccountRoute>): Promise<Account> {
    const { body } = request;
    const context = operationContextOf(request);
    if ('phone_number' in body) {
      const { country_code: countryCode, phone_number: phoneNumber } = body.phone_number;
      return this.#accounts.getOrCreateAccountByPhoneNumber(
        { phoneNumber: { countryCode, phoneNumber } },
        context,
      );
    }
    const { first_name: firstName, last_name: lastName, username, password } = body;
    return this.#accounts.createAccountByUsernameAndPassword(
      { firstName, lastName, username, password },
      context,
    );
  }

  #update(request: FastifyRequest<UpdateAccountRoute>): Promise<Account> {
    const { body } = request;
    const { account_id: accountId } = request.params;
    const context = operationContextOf(request);
    if (isResetForm(body)) {
      const { token, new_password: newPassword } = body;
      return this.#accounts.resetAccountPassword({ accountId, token, newPassword }, context);
    }
    if (isPasswordForm(body)) {
      const { current_password: currentPassword, new_password: newPassword } = body;
      const currentSessionId = this.#sessionIdOf(request);
      return this.#accounts.changeAccountPassword(
        { accountId, currentPassword, newPassword, currentSessionId },
        context,
      );
    }
    const { first_name: firstName, last_name: lastName } = body;
    return this.#accounts.updateAccountProfile({ accountId, firstName, lastName }, context);
  }
}

/** An earlier backend may not have stored any. */
function unlessThereAreNone(error: unknown): undefined {
  if (!(error instanceof AppError && error.code === 'NOTIFICATION_ERR_01')) {
    throw error;
  }
}
