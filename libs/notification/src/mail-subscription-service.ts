import type { OperationContext } from '@org/core';

import type { ModuleDependencies } from './internal/module-dependencies.ts';
import * as given from './internal/notification-parameters-policy.ts';
import { AccountNotificationPreferencesReader } from './internal/preferences/account-notification-preferences-reader.ts';
import { AccountNotificationPreferencesWriter } from './internal/preferences/account-notification-preferences-writer.ts';
import { readUnsubscribeToken } from './internal/unsubscribe/unsubscribe-link.ts';
import { renderUnsubscribePage } from './internal/unsubscribe/unsubscribe-page.ts';
import type { MailSubscription, RenderUnsubscribePageParams, UnsubscribePage } from './types.ts';

/**
 * What the links in marketing mails are for; `AccountService` of `@org/account` acts on them. Part
 * of a NotificationService.
 */
export class MailSubscriptionService {
  readonly #dependencies: ModuleDependencies;
  readonly #reader: AccountNotificationPreferencesReader;
  readonly #writer: AccountNotificationPreferencesWriter;

  constructor(dependencies: ModuleDependencies) {
    this.#dependencies = dependencies;
    this.#reader = new AccountNotificationPreferencesReader(dependencies);
    this.#writer = new AccountNotificationPreferencesWriter(dependencies);
  }

  /**
   * What the link of a mail unsubscribes from. Links survive a change of the secret key, as long as
   * the earlier one is known.
   *
   * @returns `undefined` if we did not make the link, or nobody can switch its topic off any more
   */
  findMailSubscription(params: { readonly token: string }): MailSubscription | undefined {
    const { secretKey, messages } = this.#dependencies;
    const subscription = readUnsubscribeToken(given.checkToken(params).token, secretKey);
    const topic = subscription && messages.topics.find(subscription.topic);
    return topic?.canBeSwitchedOff === true ? subscription : undefined;
  }

  /**
   * Switches a topic off by mail, if it is on. Call it for accounts that exist.
   *
   * @throws NotificationBadRequestError if the topic is unknown or cannot be switched off
   */
  async endMailSubscription(params: MailSubscription, context: OperationContext): Promise<void> {
    const { accountId, topic } = given.checkMailSubscription(params);
    const owner = { accountId };
    const found = await this.#reader.findAccountNotificationPreferencesByAccountId(owner, context);
    if (found?.topics?.[topic]?.email !== false) {
      const ended = { accountId, topics: { [topic]: { email: false } } };
      await this.#writer.createOrUpdateAccountNotificationPreferences(ended, context);
    }
  }

  /** A page for whoever follows the link of a mail. */
  renderUnsubscribePage(params: RenderUnsubscribePageParams): UnsubscribePage {
    const { kind, locale } = given.checkUnsubscribePage(params);
    return renderUnsubscribePage(kind, this.#dependencies.messages.contextOfPage(locale));
  }
}
