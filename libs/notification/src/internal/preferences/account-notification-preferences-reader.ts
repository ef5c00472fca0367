import type { OperationContext } from '@org/core';

import type { AccountNotificationPreferences, OfAccount } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { convertPreferencesBsonToPreferences } from './account-notification-preferences-util.ts';
import { AccountNotificationPreferencesRepository } from './store/account-notification-preferences-repository.ts';

export class AccountNotificationPreferencesReader {
  readonly #repository: AccountNotificationPreferencesRepository;

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new AccountNotificationPreferencesRepository(dependencies);
  }

  async findAccountNotificationPreferencesByAccountId(
    { accountId }: OfAccount,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences | undefined> {
    const found = await this.#repository.findOne({ active: true, account_id: accountId }, context);
    return found && convertPreferencesBsonToPreferences(found);
  }
}
