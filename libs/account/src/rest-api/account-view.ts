import { operationContextOf } from '@org/core/rest-api';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { AccountService } from '../account-service.ts';
import type { Account, AccountNotificationPreferences } from '../types.ts';
import type {
  AccountReplyBody,
  CreateAccountRoute,
  GetAccountRoute,
  NotificationPreferencesBody,
} from './account-schema.ts';

export class AccountView {
  readonly #accounts: AccountService;

  constructor(accounts: AccountService) {
    this.#accounts = accounts;
  }

  createAccount = async (
    request: FastifyRequest<CreateAccountRoute>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { first_name, last_name, username, password } = request.body;
    const account = await this.#accounts.createAccountByUsernameAndPassword(
      { firstName: first_name, lastName: last_name, username, password },
      operationContextOf(request),
    );
    return reply.code(201).send(toAccountBody(account));
  };

  getAccount = async (request: FastifyRequest<GetAccountRoute>): Promise<AccountReplyBody> => {
    const { account_id: id } = request.params;
    const context = operationContextOf(request);
    const account = toAccountBody(await this.#accounts.getAccountById({ id }, context));
    if (request.query.include_notification_preferences?.toLowerCase() !== 'true') {
      return account;
    }
    const preferences = await this.#accounts.getAccountNotificationPreferencesByAccountId(
      { accountId: id },
      context,
    );
    return { ...account, notification_preferences: toPreferencesBody(preferences) };
  };
}

function toAccountBody(account: Account): AccountReplyBody {
  const { phoneNumber } = account;
  return {
    id: account.id,
    first_name: account.firstName,
    last_name: account.lastName,
    username: account.username,
    phone_number: phoneNumber && {
      country_code: phoneNumber.countryCode,
      phone_number: phoneNumber.phoneNumber,
    },
    created_at: account.createdAt.toISOString(),
    updated_at: account.updatedAt.toISOString(),
  };
}

function toPreferencesBody(
  preferences: AccountNotificationPreferences,
): NotificationPreferencesBody {
  return {
    account_id: preferences.accountId,
    email_enabled: preferences.emailEnabled,
    push_enabled: preferences.pushEnabled,
    sms_enabled: preferences.smsEnabled,
    created_at: preferences.createdAt.toISOString(),
    updated_at: preferences.updatedAt.toISOString(),
  };
}
