import type { Erasure, OperationContext } from '@org/core';

import { NotificationBadRequestError } from '../../errors.ts';
import type {
  AccountNotificationPreferences,
  CreateOrUpdateAccountNotificationPreferencesParams,
} from '../../types.ts';
import { CHANNELS } from '../channels.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { convertPreferencesBsonToPreferences } from './account-notification-preferences-util.ts';
import type { TopicRegistry } from '../topic/topic-registry.ts';
import { fieldOfTopic } from './store/account-notification-preferences-model.ts';
import { AccountNotificationPreferencesRepository } from './store/account-notification-preferences-repository.ts';

export class AccountNotificationPreferencesWriter {
  readonly #topics: TopicRegistry;
  readonly #repository: AccountNotificationPreferencesRepository;

  constructor(dependencies: ModuleDependencies) {
    this.#topics = dependencies.messages.topics;
    this.#repository = new AccountNotificationPreferencesRepository(dependencies);
  }

  /**
   * @throws NotificationBadRequestError if a topic is unknown or cannot be switched off, or if there
   *   are topics and no flag at all
   */
  async createOrUpdateAccountNotificationPreferences(
    params: CreateOrUpdateAccountNotificationPreferencesParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences> {
    const topics = Object.keys(params.topics ?? {});
    this.#topics.assertSwitchable(topics);
    const given = {
      ...(params.emailEnabled === undefined ? {} : { email_enabled: params.emailEnabled }),
      ...(params.pushEnabled === undefined ? {} : { push_enabled: params.pushEnabled }),
      ...(params.smsEnabled === undefined ? {} : { sms_enabled: params.smsEnabled }),
      ...topicFieldsOf(params),
    };
    if (params.topics !== undefined && Object.keys(given).length === 0) {
      throw new NotificationBadRequestError(
        'At least one preference field must be provided: no topic has a known flag.',
      );
    }
    await this.#removeOtherThanObjects(params.accountId, topics, context);
    const defaults = { email_enabled: true, push_enabled: true, sms_enabled: true };
    const stored = await this.#repository.upsertOne(
      { active: true, account_id: params.accountId },
      { $set: given, $setOnInsert: without(defaults, given) },
      context,
    );
    return convertPreferencesBsonToPreferences(stored);
  }

  /** Another program may have stored something in which MongoDB can set no flag. */
  async #removeOtherThanObjects(
    accountId: string,
    topics: readonly string[],
    context: OperationContext,
  ): Promise<void> {
    const fields = topics.map((topic) => `topics.${fieldOfTopic(topic)}`);
    for (const path of fields.length === 0 ? [] : ['topics', ...fields]) {
      const isOther = { $ne: [{ $type: `$${path}` }, 'object'] };
      const filter = { active: true, account_id: accountId, [path]: { $exists: true } };
      await this.#repository.updateMany(
        { ...filter, $expr: isOther },
        { $unset: { [path]: '' } },
        context,
      );
    }
  }

  async deleteAccountNotificationPreferencesByAccountId(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.eraseOwned(accountId, erasure, context);
  }
}

/** One path for each flag, so that changes at the same time keep each other's. */
function topicFieldsOf({
  topics = {},
}: CreateOrUpdateAccountNotificationPreferencesParams): Record<string, boolean> {
  const flags = Object.entries(topics).flatMap(([topic, channels]) =>
    CHANNELS.filter((channel) => channels[channel] !== undefined).map((channel) => [
      `topics.${fieldOfTopic(topic)}.${channel}`,
      channels[channel],
    ]),
  );
  return Object.fromEntries(flags) as Record<string, boolean>;
}

/** MongoDB rejects an update that names the same field under two operators. */
function without(defaults: Record<string, boolean>, given: object): Record<string, boolean> {
  return Object.fromEntries(Object.entries(defaults).filter(([field]) => !(field in given)));
}
