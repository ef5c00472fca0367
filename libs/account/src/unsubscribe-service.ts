import type { OperationContext } from '@org/core';
import type { UnsubscribePage, UnsubscribePageKind } from '@org/notification';

import type { CompleteDependencies } from './internal/account-dependencies.ts';
import * as given from './internal/account-parameters.ts';
import type { AccountReader } from './internal/account-reader.ts';
import { languageOf, type StoredAccount } from './internal/account-util.ts';
import type { UnsubscribeAnswer, UnsubscribeParams } from './types.ts';

/**
 * What the links in marketing mails lead to. They need no login: whoever has a link can end these
 * mails, and nothing else. Part of an AccountService.
 */
export class UnsubscribeService {
  readonly #dependencies: CompleteDependencies;
  readonly #reader: AccountReader;

  constructor(dependencies: CompleteDependencies, reader: AccountReader) {
    this.#dependencies = dependencies;
    this.#reader = reader;
  }

  /** A page that asks, in the account's language, and changes nothing. */
  async getUnsubscribePage(
    params: UnsubscribeParams,
    context: OperationContext,
  ): Promise<UnsubscribeAnswer> {
    const subscription = this.#dependencies.notification.mailSubscriptions.findMailSubscription(
      given.checkUnsubscribeToken(params),
    );
    const account =
      subscription && (await this.#reader.findExistingById(subscription.accountId, context));
    return this.#answer('ask', account);
  }

  /**
   * Switches the link's topic off by mail, for its account.
   *
   * @returns the same for a link that we did not make as for an account that is gone
   */
  async unsubscribe(
    params: UnsubscribeParams,
    context: OperationContext,
  ): Promise<UnsubscribeAnswer> {
    const { database, notification } = this.#dependencies;
    const subscription = notification.mailSubscriptions.findMailSubscription(
      given.checkUnsubscribeToken(params),
    );
    if (subscription === undefined) {
      return this.#answer('done', undefined);
    }
    const { accountId } = subscription;
    const owner = context.withActor({ type: 'account', id: accountId });
    return database.withTransaction(owner, async (transaction) => {
      const account = await this.#reader.findExistingById(accountId, transaction);
      if (account !== undefined) {
        await notification.mailSubscriptions.endMailSubscription(subscription, transaction);
      }
      return this.#answer('done', account);
    });
  }

  #answer(kind: UnsubscribePageKind, account: StoredAccount | undefined): UnsubscribeAnswer {
    const { fields, notification } = this.#dependencies;
    const language = account && languageOf(account.document, fields);
    const page: UnsubscribePage = notification.mailSubscriptions.renderUnsubscribePage({
      kind: account === undefined ? 'unusable' : kind,
      locale: language?.locale,
    });
    return { isUsable: account !== undefined, ...page };
  }
}
