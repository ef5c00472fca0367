import type { Erasure, OperationContext } from '@org/core';

import type {
  AccountNotificationPreferences,
  CreateOrUpdateAccountNotificationPreferencesParams,
} from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { convertPreferencesBsonToPreferences } from './account-notification-preferences-util.ts';
import { AccountNotificationPreferencesRepository } from './store/account-notification-preferences-repository.ts';

export class AccountNotificationPreferencesWriter {
  readonly #repository: AccountNotificationPreferencesRepository;

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new AccountNotificationPreferencesRepository(dependencies);
  }

  async createOrUpdateAccountNotificationPreferences(
    params: CreateOrUpdateAccountNotificationPreferencesParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences> {
    const given = {
      ...(params.emailEnabled === undefined ? {} : { email_enabled: params.emailEnabled }),
      ...(params.pushEnabled === undefined ? {} : { push_enabled: params.pushEnabled }),
      ...(params.smsEnabled === undefined ? {} : { sms_enabled: params.smsEnabled }),
    };
    const defaults = { email_enabled: true, push_enabled: true, sms_enabled: true };
    const stored = await this.#repository.upsertOne(
      { active: true, account_id: params.accountId },
      { $set: given, $setOnInsert: without(defaults, given) },
      context,
    );
    return convertPreferencesBsonToPreferences(stored);
  }

  async deleteAccountNotificationPreferencesByAccountId(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.eraseOwned(accountId, erasure, context);
  }
}

/** MongoDB rejects an update that names the same field under two operators. */
function without(defaults: Record<string, boolean>, given: object): Record<string, boolean> {
  return Object.fromEntries(Object.entries(defaults).filter(([field]) => !(field in given)));
}
