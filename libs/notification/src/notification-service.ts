import type { AuditTrail, OperationContext } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import { AccountNotificationPreferencesReader } from './internal/account-notification-preferences-reader.ts';
import { AccountNotificationPreferencesWriter } from './internal/account-notification-preferences-writer.ts';
import { AccountNotificationPreferencesRepository } from './internal/store/account-notification-preferences-repository.ts';
import type {
  AccountNotificationPreferences,
  AccountNotificationPreferencesByAccountIdParams,
  CreateOrUpdateAccountNotificationPreferencesParams,
} from './types.ts';

export interface NotificationServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
}

/** What an account wants to be told, and on which channels. */
export class NotificationService {
  readonly #preferencesRepository: AccountNotificationPreferencesRepository;
  readonly #preferencesReader: AccountNotificationPreferencesReader;
  readonly #preferencesWriter: AccountNotificationPreferencesWriter;

  private constructor({ database, audit }: NotificationServiceDependencies) {
    this.#preferencesRepository = new AccountNotificationPreferencesRepository({ database, audit });
    this.#preferencesReader = new AccountNotificationPreferencesReader(this.#preferencesRepository);
    this.#preferencesWriter = new AccountNotificationPreferencesWriter(this.#preferencesRepository);
  }

  static create(dependencies: NotificationServiceDependencies): NotificationService {
    return new NotificationService(dependencies);
  }

  /** Creates this module's collections and indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#preferencesRepository.onInitCollection()];
  }

  /**
   * Sets the given flags. An account without preferences gets them, all true but for those given.
   *
   * @returns the preferences after the change
   */
  async createOrUpdateAccountNotificationPreferences(
    params: CreateOrUpdateAccountNotificationPreferencesParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences> {
    return this.#preferencesWriter.createOrUpdateAccountNotificationPreferences(params, context);
  }

  /** @throws AccountNotificationPreferencesNotFoundError when the account has none */
  async getAccountNotificationPreferencesByAccountId(
    params: AccountNotificationPreferencesByAccountIdParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences> {
    return this.#preferencesReader.getAccountNotificationPreferencesByAccountId(params, context);
  }
}
