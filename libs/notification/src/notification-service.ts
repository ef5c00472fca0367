import {
  formatE164,
  type AuditTrail,
  type Clock,
  type Erasure,
  type OperationContext,
  type PhoneNumber,
  type SecretKey,
} from '@org/core';
import type { CollectionReport, Database, StoredSecrets } from '@org/core/store';

import { DeliveryService } from './delivery-service.ts';
import { exportPreferences, exportPushSubscription } from './internal/notification-export-util.ts';
import * as given from './internal/notification-parameters-policy.ts';
import { completeSettings } from './internal/notification-settings-policy.ts';
import type {
  NotificationTopic,
  NotificationTopicData,
  NotificationTopicOf,
} from './internal/topic/topics.ts';
import { AccountNotificationPreferencesReader } from './internal/preferences/account-notification-preferences-reader.ts';
import { AccountNotificationPreferencesWriter } from './internal/preferences/account-notification-preferences-writer.ts';
import { AccountNotificationPreferencesRepository } from './internal/preferences/store/account-notification-preferences-repository.ts';
import type { MessageProviders } from './message-provider.ts';
import { unlimitedNotices, type NoticeBudget } from './notice-budget.ts';
import { PushSubscriptionService } from './push-subscription-service.ts';
import type {
  AccountNotificationPreferences,
  AccountNotificationPreferencesByAccountIdParams,
  ChannelReport,
  CreateOrUpdateAccountNotificationPreferencesParams,
  CreatePushSubscriptionParams,
  DeadDeliveryPage,
  DeletePushSubscriptionParams,
  DeliveryStatistics,
  FailingDeliveryPage,
  ListDeadDeliveriesParams,
  ListFailingDeliveriesParams,
  NotificationDataByAccountIdParams,
  NotificationSettings,
  PushSubscription,
  PushSubscriptionsByAccountIdParams,
  QueuedDelivery,
  ReplayDeadDeliveryParams,
} from './types.ts';

export { topics } from './internal/topic/topics.ts';
export type {
  NotificationTopic,
  NotificationTopicData,
  NotificationTopicOf,
  NotificationTopics,
} from './internal/topic/topics.ts';

interface SendForAccountParams<Topic extends NotificationTopic> {
  readonly accountId: string;
  readonly topic: Topic;
  readonly data: NotificationTopicData<Topic>;
  /** When the message is no longer worth sending. Default: after the topic's life time. */
  readonly expiresAt?: Date;
}

export interface SendEmailForAccountParams<
  Topic extends NotificationTopicOf<'email'>,
> extends SendForAccountParams<Topic> {
  readonly emailAddress: string;
}

export interface SendSmsForAccountParams<
  Topic extends NotificationTopicOf<'sms'>,
> extends SendForAccountParams<Topic> {
  readonly phoneNumber: PhoneNumber;
}

/** Goes to every browser that the account has subscribed. */
export type SendPushForAccountParams<Topic extends NotificationTopicOf<'push'>> =
  SendForAccountParams<Topic>;

export interface NotificationServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** Encrypts recipients, message data and push subscriptions at rest. */
  readonly secretKey: SecretKey;
  /** Default: the database's. */
  readonly clock?: Clock;
  /** Needed where messages are delivered, not where they are only queued. */
  readonly providers?: MessageProviders;
  readonly settings?: NotificationSettings;
  /**
   * Told of what stops the delivery itself, such as a database that cannot be reached. It goes on
   * trying. Default: told to nobody.
   */
  readonly onDeliveryError?: (error: unknown) => void;
  /**
   * Told that messages of a channel cannot be sent: of the first failure at once, of what follows
   * once a minute, and when it works again. Default: told to nobody.
   */
  readonly onDeliveryReport?: (report: ChannelReport) => void;
  /** Default: no notice is held back. */
  readonly noticeBudget?: NoticeBudget;
}

/**
 * What an account wants to be told, and telling it. A message is queued in the caller's transaction
 * and sent later, by whichever process has called {@link startDelivery}.
 */
export class NotificationService {
  readonly #preferencesRepository: AccountNotificationPreferencesRepository;
  readonly #preferencesReader: AccountNotificationPreferencesReader;
  readonly #preferencesWriter: AccountNotificationPreferencesWriter;
  readonly #pushSubscriptions: PushSubscriptionService;
  readonly #deliveries: DeliveryService;

  private constructor(dependencies: NotificationServiceDependencies) {
    const { database, audit, secretKey } = dependencies;
    const settings = completeSettings(dependencies.settings ?? {});
    this.#preferencesRepository = new AccountNotificationPreferencesRepository({ database, audit });
    this.#preferencesReader = new AccountNotificationPreferencesReader(this.#preferencesRepository);
    this.#preferencesWriter = new AccountNotificationPreferencesWriter(this.#preferencesRepository);
    const shared = { database, audit, secretKey, settings };
    this.#pushSubscriptions = PushSubscriptionService.create(shared);
    this.#deliveries = DeliveryService.create({
      ...shared,
      clock: dependencies.clock ?? database.clock,
      preferences: this.#preferencesReader,
      pushTargets: this.#pushSubscriptions,
      providers: dependencies.providers ?? {},
      noticeBudget: dependencies.noticeBudget ?? unlimitedNotices,
      onError: dependencies.onDeliveryError ?? (() => undefined),
      onReport: dependencies.onDeliveryReport ?? (() => undefined),
    });
  }

  static create(dependencies: NotificationServiceDependencies): NotificationService {
    return new NotificationService(dependencies);
  }

  /** What is stored here under the secret key, and has to follow when that changes. */
  get storedSecrets(): readonly StoredSecrets[] {
    return [this.#pushSubscriptions.storedSecrets, this.#deliveries.storedSecrets];
  }

  /** Creates this module's collections and indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    const reports = await Promise.all([
      this.#preferencesRepository.onInitCollection(),
      this.#pushSubscriptions.initialize(),
      this.#deliveries.initialize(),
    ]);
    return reports.flat();
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
    given.checkPreferences(params);
    return this.#preferencesWriter.createOrUpdateAccountNotificationPreferences(params, context);
  }

  /** @throws AccountNotificationPreferencesNotFoundError when the account has none */
  async getAccountNotificationPreferencesByAccountId(
    params: AccountNotificationPreferencesByAccountIdParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences> {
    given.checkAccountId(params);
    return this.#preferencesReader.getAccountNotificationPreferencesByAccountId(params, context);
  }

  /**
   * Queues a mail, in the context's transaction: it is sent if that commits. A notice, that is a
   * message of a topic with `isSummedUp`, never fails for what is wrong with it or its recipient.
   *
   * @throws NotificationBadRequestError unless it is a notice, when the address is none or the data cannot be laid out
   */
  async sendEmailForAccount<Topic extends NotificationTopicOf<'email'>>(
    params: SendEmailForAccountParams<Topic>,
    context: OperationContext,
  ): Promise<QueuedDelivery> {
    const { emailAddress: recipient, ...message } = given.checkEmail(params);
    return this.#deliveries.queueDelivery({ ...message, channel: 'email', recipient }, context);
  }

  /**
   * Queues an SMS, in the context's transaction: it is sent if that commits.
   *
   * @throws NotificationBadRequestError unless it is a notice, when the number is none or the data cannot be laid out
   */
  async sendSmsForAccount<Topic extends NotificationTopicOf<'sms'>>(
    params: SendSmsForAccountParams<Topic>,
    context: OperationContext,
  ): Promise<QueuedDelivery> {
    const { phoneNumber, ...message } = given.checkSms(params);
    const recipient = formatE164(phoneNumber);
    return this.#deliveries.queueDelivery({ ...message, channel: 'sms', recipient }, context);
  }

  /**
   * Queues a push message, in the context's transaction. It goes to every browser that the account
   * has subscribed by the time it is sent.
   *
   * @throws NotificationBadRequestError unless it is a notice, when the data cannot be laid out
   */
  async sendPushForAccount<Topic extends NotificationTopicOf<'push'>>(
    message: SendPushForAccountParams<Topic>,
    context: OperationContext,
  ): Promise<QueuedDelivery> {
    const push = { ...given.checkPush(message), channel: 'push', recipient: '' } as const;
    return this.#deliveries.queueDelivery(push, context);
  }

  /**
   * Subscribes a browser, or renews its subscription, which moves to this account.
   *
   * @throws NotificationBadRequestError when the endpoint is no public https URL or a key is none
   */
  async createPushSubscription(
    params: CreatePushSubscriptionParams,
    context: OperationContext,
  ): Promise<PushSubscription> {
    return this.#pushSubscriptions.createPushSubscription(params, context);
  }

  /** @returns the subscriptions, last renewed first */
  async getPushSubscriptionsByAccountId(
    params: PushSubscriptionsByAccountIdParams,
    context: OperationContext,
  ): Promise<readonly PushSubscription[]> {
    return this.#pushSubscriptions.getPushSubscriptionsByAccountId(params, context);
  }

  /** Does nothing when the account has no such subscription. */
  async deletePushSubscription(
    params: DeletePushSubscriptionParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#pushSubscriptions.deletePushSubscription(params, context);
  }

  /** Removes every push subscription of an account, also one that nobody can read any more. */
  async deletePushSubscriptionsByAccountId(
    params: NotificationDataByAccountIdParams,
    context: OperationContext,
  ): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    await this.#pushSubscriptions.deletePushSubscriptionsByAccountId(accountId, context);
  }

  /**
   * Takes back what is still to be sent to an account, dead letters included.
   *
   * @returns how many messages that were
   */
  async dropQueuedDeliveriesByAccountId(
    params: NotificationDataByAccountIdParams,
    context: OperationContext,
  ): Promise<number> {
    const { accountId } = given.checkAccountId(params);
    return this.#deliveries.dropQueuedDeliveriesByAccountId(accountId, context);
  }

  /**
   * What is stored about an account, with names as on the wire. What queued messages say is left
   * out: codes and reset links are for who has the phone or mailbox, not for who has a token.
   */
  async exportNotificationDataByAccountId(
    params: NotificationDataByAccountIdParams,
    context: OperationContext,
  ): Promise<
    Readonly<Record<string, AsyncIterable<readonly object[]> | readonly object[] | object | null>>
  > {
    const preferences = await this.#preferencesReader.findAccountNotificationPreferencesByAccountId(
      given.checkAccountId(params),
      context,
    );
    const subscriptions = await this.#pushSubscriptions.getPushSubscriptionsByAccountId(
      params,
      context,
    );
    const { accountId } = params;
    return {
      notification_preferences: preferences === undefined ? null : exportPreferences(preferences),
      push_subscriptions: subscriptions.map(exportPushSubscription),
      notification_deliveries: this.#deliveries.findDeliveriesByAccountId(accountId, context),
    };
  }

  /**
   * Removes everything that is stored about an account, in steps of their own transactions. May be
   * called again for one that was interrupted.
   */
  async deleteNotificationDataByAccountId(
    params: NotificationDataByAccountIdParams,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    await this.#deliveries.deleteDeliveriesByAccountId(accountId, erasure, context);
    await this.#pushSubscriptions.erasePushSubscriptionsByAccountId(accountId, erasure, context);
    await this.#preferencesWriter.deleteAccountNotificationPreferencesByAccountId(
      accountId,
      erasure,
      context,
    );
  }

  /** @throws NotificationBadRequestError when the cursor is none */
  async listDeadDeliveries(
    params: ListDeadDeliveriesParams,
    context: OperationContext,
  ): Promise<DeadDeliveryPage> {
    return this.#deliveries.listDeadDeliveries(given.checkPage(params), context);
  }

  /**
   * Messages that failed at least once and will be tried again.
   *
   * @throws NotificationBadRequestError when the cursor is none
   */
  async listFailingDeliveries(
    params: ListFailingDeliveriesParams,
    context: OperationContext,
  ): Promise<FailingDeliveryPage> {
    return this.#deliveries.listFailingDeliveries(given.checkPage(params), context);
  }

  /**
   * Queues a dead letter again, with all its attempts.
   *
   * @throws DeadDeliveryNotFoundError when there is none of this id that is still worth sending
   */
  async replayDeadDelivery(
    params: ReplayDeadDeliveryParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#deliveries.replayDeadDelivery(given.checkDeliveryId(params), context);
  }

  async getDeliveryStatistics(context: OperationContext): Promise<DeliveryStatistics> {
    return this.#deliveries.getDeliveryStatistics(context);
  }

  /** Delivers messages from now on, in this process. Does nothing where it does so already. */
  startDelivery(): void {
    this.#deliveries.start();
  }

  /**
   * Stops taking messages and waits for those being sent, a while. What is broken off then is
   * another worker's. Call it before the database is closed.
   */
  async stopDelivery(): Promise<void> {
    await this.#deliveries.stop();
  }

  /**
   * Delivers what is due now and returns: for tests and command lines. What is to be tried again
   * later is left.
   *
   * @returns how many attempts that took
   */
  async deliverDueMessages(): Promise<number> {
    return this.#deliveries.deliverDueMessages();
  }
}
