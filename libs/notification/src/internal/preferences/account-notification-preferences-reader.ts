import type { OperationContext } from '@org/core';

import { AccountNotificationPreferencesNotFoundError } from '../../errors.ts';
import type {
  AccountNotificationPreferences,
  AccountNotificationPreferencesByAccountIdParams,
} from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { convertPreferencesBsonToPreferences } from './account-notification-preferences-util.ts';
import { AccountNotificationPreferencesRepository } from './store/account-notification-preferences-repository.ts';

export class AccountNotificationPreferencesReader {
  readonly #repository: AccountNotificationPreferencesRepository;

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new AccountNotificationPreferencesRepository(dependencies);
  }

  /** @throws AccountNotificationPreferencesNotFoundError */
  async getAccountNotificationPreferencesByAccountId(
    params: AccountNotificationPreferencesByAccountIdParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences> {
    const found = await this.findAccountNotificationPreferencesByAccountId(params, context);
    if (found === undefined) {
      throw new AccountNotificationPreferencesNotFoundError(params.accountId);
    }
    return found;
  }

  async findAccountNotificationPreferencesByAccountId(
    { accountId }: AccountNotificationPreferencesByAccountIdParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences | undefined> {
    const found = await this.#repository.findOne({ active: true, account_id: accountId }, context);
    return found && convertPreferencesBsonToPreferences(found);
  }
}
