import {
  formatE164,
  type AuditTrail,
  type Clock,
  type Erasure,
  OperationContext,
  type SecretKey,
} from '@org/core';
import type { CollectionReport, Database, StoredSecrets } from '@org/core/store';
import { noEvents, type EventPublisher } from '@org/events';

import {
  AccountNotificationPreferencesNotFoundError,
  NotificationBadRequestError,
} from './errors.ts';
import { storedSecretsOf, initializeCollections } from './internal/collections.ts';
import { AttemptWriter } from './internal/delivery/attempt-writer.ts';
import { ChannelMonitor } from './internal/delivery/channel-monitor.ts';
import { findProblem } from './internal/delivery/delivery-policy.ts';
import { DeliveryReader } from './internal/delivery/delivery-reader.ts';
import { DeliverySender } from './internal/delivery/delivery-sender.ts';
import { replayEventOf, type NewDelivery } from './internal/delivery/delivery-util.ts';
import {
  createDeliveryWorker,
  type DeliveryWorkerDependencies,
} from './internal/delivery/delivery-worker.ts';
import { DeliveryWriter } from './internal/delivery/delivery-writer.ts';
import { OutboxMessageLog } from './internal/development-outbox/outbox-message-log.ts';
import { NoticeQueue } from './internal/notice/notice-queue.ts';
import type { ModuleDependencies } from './internal/module-dependencies.ts';
import * as given from './internal/notification-parameters-policy.ts';
import { completeSettings } from './internal/notification-settings-policy.ts';
import { AccountNotificationPreferencesReader } from './internal/preferences/account-notification-preferences-reader.ts';
import { AccountNotificationPreferencesWriter } from './internal/preferences/account-notification-preferences-writer.ts';
import { exportPreferences } from './internal/preferences/account-notification-preferences-util.ts';
import { checkEndpoint, checkKeys } from './internal/push-subscription/push-subscription-policy.ts';
import { PushSubscriptionReader } from './internal/push-subscription/push-subscription-reader.ts';
import { exportPushSubscription } from './internal/push-subscription/push-subscription-util.ts';
import { PushSubscriptionWriter } from './internal/push-subscription/push-subscription-writer.ts';
import { MessageRenderer, type MessageDefinitions } from './internal/topic/rendering.ts';
import { topics, type NotificationTopicOf } from './internal/topic/topics.ts';
import { MailSubscriptionService } from './mail-subscription-service.ts';
import type { MessageProviders } from './message-provider.ts';
import { unlimitedNotices, type NoticeBudget } from './notice-budget.ts';
import type {
  SendEmailForAccountParams,
  SendPushForAccountParams,
  SendSmsForAccountParams,
} from './internal/delivery/send-params.ts';
import type {
  AccountDelivery,
  AccountNotificationPreferences,
  ChannelReport,
  CreateOrUpdateAccountNotificationPreferencesParams,
  CreatePushSubscriptionParams,
  DeadDeliveryPage,
  DeletePushSubscriptionParams,
  DeliveryStatistics,
  FailingDeliveryPage,
  ListDeadDeliveriesParams,
  ListDeliveriesByAccountIdParams,
  ListFailingDeliveriesParams,
  NotificationChannel,
  NotificationSettings,
  OfAccount,
  PushSubscription,
  QueuedDelivery,
  ReplayDeadDeliveryParams,
} from './types.ts';

export {
  createEmailProvider,
  createPushProvider,
  createSmsProvider,
} from './internal/provider/provider-factories.ts';
export { defineTexts } from './internal/topic/define-texts.ts';
export {
  defineTopic,
  MILLISECONDS_PER_DAY,
  MILLISECONDS_PER_MINUTE,
  securityNotice,
} from './internal/topic/define-topic.ts';
export { linkButton, paragraph, plainEmail, plainText } from './internal/topic/email-layout.ts';
export { html, linkTarget } from './internal/topic/html.ts';
export { presentableName } from './internal/topic/person-name.ts';
export { topics } from './internal/topic/topics.ts';
export type { Branding, BrandingColors, CompleteBranding } from './internal/topic/branding.ts';
export type { Texts, TextValues } from './internal/topic/define-texts.ts';
export type {
  AnyTopic,
  ChannelContents,
  EmailContent,
  PushContent,
  Repetition,
  Template,
  TemplateContext,
  Topic,
} from './internal/topic/define-topic.ts';
export type { Html } from './internal/topic/html.ts';
export type { MessageDefinitions } from './internal/topic/rendering.ts';
export type {
  NotificationTopic,
  NotificationTopicData,
  NotificationTopicOf,
  NotificationTopics,
  TemplateReplacements,
} from './internal/topic/topics.ts';

export type {
  SendEmailForAccountParams,
  SendForAccountParams,
  SendPushForAccountParams,
  SendSmsForAccountParams,
} from './internal/delivery/send-params.ts';

export interface NotificationServiceDependencies extends MessageDefinitions {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** Encrypts recipients, message data and push subscriptions at rest. */
  readonly secretKey: SecretKey;
  /** Default: the database's clock. */
  readonly clock?: Clock;
  /** Needed only for delivering messages. Default: none, for a process that only queues. */
  readonly providers?: MessageProviders;
  readonly settings?: NotificationSettings;
  /** Hears what became of messages. Default: nobody. */
  readonly events?: EventPublisher;
  /** Called if delivery itself fails, as without a database; it is retried. Default: ignored. */
  readonly onDeliveryError?: (error: unknown) => void;
  /**
   * Called if a channel's messages cannot be sent: at once for the first failure, once a minute for
   * further ones, and when the channel works again. Default: reports are ignored.
   */
  readonly onDeliveryReport?: (report: ChannelReport) => void;
  /** Default: notices are not held back. */
  readonly noticeBudget?: NoticeBudget;
  /**
   * Where mails about marketing topics can be unsubscribed from with one click (RFC 8058): the
   * public https address of `/unsubscribe` of `@org/account/rest-api`. Default: they carry no link.
   */
  readonly unsubscribeUrl?: string | undefined;
}

/**
 * Notification preferences, push subscriptions, and reliable messages. A message is queued in the
 * caller's transaction and sent later, by any process that has called {@link startDelivery}.
 */
export class NotificationService {
  /** What the links to unsubscribe in mails are for. */
  readonly mailSubscriptions: MailSubscriptionService;
  readonly #dependencies: ModuleDependencies;
  readonly #preferencesReader: AccountNotificationPreferencesReader;
  readonly #preferencesWriter: AccountNotificationPreferencesWriter;
  readonly #subscriptionReader: PushSubscriptionReader;
  readonly #subscriptionWriter: PushSubscriptionWriter;
  readonly #deliveryReader: DeliveryReader;
  readonly #deliveryWriter: DeliveryWriter;
  readonly #outbox: OutboxMessageLog;
  readonly #attemptWriter: AttemptWriter;
  readonly #notices: NoticeQueue;
  readonly #workerDependencies: DeliveryWorkerDependencies;
  #worker: ReturnType<typeof createDeliveryWorker> | undefined;

  private constructor(dependencies: NotificationServiceDependencies) {
    const { database, audit, secretKey, clock = database.clock } = dependencies;
    const settings = completeSettings(dependencies.settings ?? {});
    const { events = noEvents, unsubscribeUrl } = dependencies;
    const messages = new MessageRenderer(dependencies);
    const shared = { database, audit, secretKey, clock, settings, events, messages };
    this.#dependencies = shared;
    this.#preferencesReader = new AccountNotificationPreferencesReader(shared);
    this.#preferencesWriter = new AccountNotificationPreferencesWriter(shared);
    this.mailSubscriptions = new MailSubscriptionService(shared);
    this.#subscriptionReader = new PushSubscriptionReader(shared);
    this.#subscriptionWriter = new PushSubscriptionWriter(shared);
    this.#deliveryReader = new DeliveryReader(shared);
    this.#deliveryWriter = new DeliveryWriter(shared);
    this.#outbox = new OutboxMessageLog(shared);
    this.#attemptWriter = new AttemptWriter(shared);
    this.#notices = new NoticeQueue({
      ...shared,
      budget: dependencies.noticeBudget ?? unlimitedNotices,
      deliveries: this.#deliveryWriter,
      attempts: this.#attemptWriter,
    });
    this.#workerDependencies = {
      ...shared,
      sender: new DeliverySender({
        ...shared,
        providers: dependencies.providers ?? {},
        unsubscribeUrl,
        preferencesReader: this.#preferencesReader,
        subscriptions: { reader: this.#subscriptionReader, writer: this.#subscriptionWriter },
      }),
      attempts: this.#attemptWriter,
      notices: this.#notices,
      monitor: new ChannelMonitor(clock, dependencies.onDeliveryReport ?? (() => undefined)),
      onError: dependencies.onDeliveryError ?? (() => undefined),
    };
  }

  /**
   * @throws RangeError if settings contradict each other, `unsubscribeUrl` is no https URL, or a
   *   topic, template or branding is invalid or cannot lay out its topic's sample
   */
  static create(dependencies: NotificationServiceDependencies): NotificationService {
    return new NotificationService(dependencies);
  }

  /** Everything this module encrypts with the secret key, to be re-encrypted when that changes. */
  get storedSecrets(): readonly StoredSecrets[] {
    return storedSecretsOf(this.#dependencies);
  }

  /** Channels through which no message gets, as this process tried last. */
  get failingChannels(): readonly NotificationChannel[] {
    return this.#workerDependencies.monitor.failing;
  }

  /** Names of all topics, built-in ones included. */
  get topicNames(): readonly string[] {
    return this.#dependencies.messages.topics.all.map(({ name }) => name);
  }

  /** Creates this module's collections and indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return initializeCollections(this.#dependencies);
  }

  /**
   * Sets the given flags. An account without preferences gets new ones, all others true.
   *
   * @throws NotificationBadRequestError if a topic is unknown or cannot be switched off
   */
  async createOrUpdateAccountNotificationPreferences(
    params: CreateOrUpdateAccountNotificationPreferencesParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences> {
    given.checkPreferences(params);
    return this.#preferencesWriter.createOrUpdateAccountNotificationPreferences(params, context);
  }

  /** @throws AccountNotificationPreferencesNotFoundError if the account has none */
  async getAccountNotificationPreferencesByAccountId(
    params: OfAccount,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences> {
    const { accountId } = given.checkAccountId(params);
    const reader = this.#preferencesReader;
    const found = await reader.findAccountNotificationPreferencesByAccountId(params, context);
    if (found === undefined) {
      throw new AccountNotificationPreferencesNotFoundError(accountId);
    }
    return found;
  }

  /**
   * Queues a mail in the context's transaction: it is sent if that commits. A notice (a message
   * whose topic has `isSummedUp`) never fails because of its content or recipient.
   *
   * @example
   * await notification.sendEmailForAccount(
   *   { accountId, emailAddress, topic: 'announcement', data: { title: 'News', text: 'Read it.' } },
   *   context,
   * );
   * @throws NotificationBadRequestError if the topic is not registered; unless it is a notice, also
   *   if the address is invalid or the data cannot be rendered
   */
  async sendEmailForAccount<Topic extends NotificationTopicOf<'email'>>(
    params: SendEmailForAccountParams<Topic>,
    context: OperationContext,
  ): Promise<QueuedDelivery> {
    const { emailAddress: recipient, ...message } = given.checkEmail(params);
    const topic = this.#dependencies.messages.topics.get(message.topic);
    return this.#queueDelivery({ ...message, topic, channel: 'email', recipient }, context);
  }

  /**
   * Queues an SMS in the context's transaction: it is sent if that commits.
   *
   * @throws NotificationBadRequestError if the topic is not registered; unless it is a notice, also
   *   if the number is invalid or the data cannot be rendered
   */
  async sendSmsForAccount<Topic extends NotificationTopicOf<'sms'>>(
    params: SendSmsForAccountParams<Topic>,
    context: OperationContext,
  ): Promise<QueuedDelivery> {
    const { phoneNumber, ...message } = given.checkSms(params);
    const topic = this.#dependencies.messages.topics.get(message.topic);
    const recipient = formatE164(phoneNumber);
    return this.#queueDelivery({ ...message, topic, channel: 'sms', recipient }, context);
  }

  /**
   * Queues a push message in the context's transaction. It goes to every browser that is subscribed
   * when it is sent.
   *
   * @throws NotificationBadRequestError if the topic is not registered; unless it is a notice, also
   *   if the data cannot be rendered
   */
  async sendPushForAccount<Topic extends NotificationTopicOf<'push'>>(
    message: SendPushForAccountParams<Topic>,
    context: OperationContext,
  ): Promise<QueuedDelivery> {
    given.checkPush(message);
    const topic = this.#dependencies.messages.topics.get(message.topic);
    return this.#queueDelivery({ ...message, topic, channel: 'push', recipient: '' }, context);
  }

  /**
   * Subscribes a browser, or renews its subscription, which moves to this account.
   *
   * @throws NotificationBadRequestError if the endpoint is not a public https URL or a key is
   *   invalid
   */
  async createPushSubscription(
    params: CreatePushSubscriptionParams,
    context: OperationContext,
  ): Promise<PushSubscription> {
    given.checkPushSubscription(params);
    checkEndpoint(params.endpoint, this.#dependencies.settings);
    checkKeys(params.keys);
    return this.#subscriptionWriter.createPushSubscription(params, context);
  }

  /** @returns the subscriptions, most recently renewed first */
  async getPushSubscriptionsByAccountId(
    params: OfAccount,
    context: OperationContext,
  ): Promise<readonly PushSubscription[]> {
    given.checkAccountId(params);
    return this.#subscriptionReader.getPushSubscriptionsByAccountId(params, context);
  }

  /** Does nothing if the account has no such subscription. */
  async deletePushSubscription(
    params: DeletePushSubscriptionParams,
    context: OperationContext,
  ): Promise<void> {
    given.checkSubscriptionId(params);
    await this.#subscriptionWriter.deletePushSubscription(params, context);
  }

  /** Removes every push subscription of an account, even those that no known key decrypts. */
  async deletePushSubscriptionsByAccountId(
    params: OfAccount,
    context: OperationContext,
  ): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    await this.#subscriptionWriter.deletePushSubscriptionsByAccountId(accountId, context);
  }

  /**
   * Drops an account's unsent messages, including dead letters, for an account that is deleted: all
   * but those that tell its owner what a thief may have done before. Returns how many.
   */
  async dropQueuedDeliveriesByAccountId(
    params: OfAccount,
    context: OperationContext,
  ): Promise<number> {
    const { accountId } = given.checkAccountId(params);
    const { all } = this.#dependencies.messages.topics;
    return this.#deliveryWriter.dropQueuedDeliveriesByAccountId(accountId, all, context);
  }

  /**
   * Everything stored about an account, with names as on the wire. The contents of queued messages
   * are omitted: codes and reset links are for the owner of the phone or mailbox, not the bearer of
   * an access token.
   */
  async exportNotificationDataByAccountId(
    params: OfAccount,
    context: OperationContext,
  ): Promise<
    Readonly<Record<string, AsyncIterable<readonly object[]> | readonly object[] | object | null>>
  > {
    const { accountId } = given.checkAccountId(params);
    const reader = this.#preferencesReader;
    const preferences = await reader.findAccountNotificationPreferencesByAccountId(params, context);
    const subscriptions = await this.#subscriptionReader.getPushSubscriptionsByAccountId(
      params,
      context,
    );
    return {
      notification_preferences: preferences === undefined ? null : exportPreferences(preferences),
      push_subscriptions: subscriptions.map(exportPushSubscription),
      notification_deliveries: this.#deliveryReader.findDeliveriesByAccountId(accountId, context),
    };
  }

  /**
   * Removes everything stored about an account, with its messages in the development outbox, in
   * several transactions. May be called again if interrupted.
   */
  async deleteNotificationDataByAccountId(
    params: OfAccount,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    await this.#deliveryWriter.deleteDeliveriesByAccountId(accountId, erasure, context);
    await this.#outbox.deleteMessagesByAccountId(accountId, erasure, context);
    await this.#subscriptionWriter.erasePushSubscriptionsByAccountId(accountId, erasure, context);
    await this.#preferencesWriter.deleteAccountNotificationPreferencesByAccountId(
      accountId,
      erasure,
      context,
    );
  }

  /** @returns the account's latest messages, whatever became of them, newest first */
  async listDeliveriesByAccountId(
    params: ListDeliveriesByAccountIdParams,
    context: OperationContext,
  ): Promise<readonly AccountDelivery[]> {
    const { accountId, limit } = given.checkAccountDeliveries(params);
    return this.#deliveryReader.findLatestByAccountId(accountId, limit, context);
  }

  /** @throws NotificationBadRequestError if the cursor is not from an earlier page */
  async listDeadDeliveries(
    params: ListDeadDeliveriesParams,
    context: OperationContext,
  ): Promise<DeadDeliveryPage> {
    return this.#deliveryReader.findDeadDeliveries(given.checkPage(params), context);
  }

  /**
   * Messages that failed at least once and will be retried.
   *
   * @throws NotificationBadRequestError if the cursor is not from an earlier page
   */
  async listFailingDeliveries(
    params: ListFailingDeliveriesParams,
    context: OperationContext,
  ): Promise<FailingDeliveryPage> {
    return this.#deliveryReader.findFailingDeliveries(given.checkPage(params), context);
  }

  /**
   * Queues a dead letter again, with all its attempts.
   *
   * @throws DeadDeliveryNotFoundError if no dead letter with this id is still worth sending
   */
  async replayDeadDelivery(
    params: ReplayDeadDeliveryParams,
    context: OperationContext,
  ): Promise<void> {
    const { deliveryId } = given.checkDeliveryId(params);
    const { database, audit } = this.#dependencies;
    await database.withTransaction(context, async (transaction) => {
      await this.#deliveryWriter.requeueDeadDelivery(deliveryId, transaction);
      await audit.record([replayEventOf(deliveryId)], transaction);
    });
  }

  async getDeliveryStatistics(context: OperationContext): Promise<DeliveryStatistics> {
    const now = this.#dependencies.clock.now();
    const queued = await this.#deliveryReader.countDeliveries('queued', context);
    const dead = await this.#deliveryReader.countDeliveries('dead', context);
    const oldest = await this.#deliveryReader.findOldestQueuedTime(now, context);
    const oldestQueuedMilliseconds = oldest === undefined ? null : now.getTime() - oldest.getTime();
    return { queued, dead, oldestQueuedMilliseconds };
  }

  /** Starts delivering messages in this process. Does nothing if already started. */
  startDelivery(): void {
    if (this.#worker === undefined) {
      this.#worker = createDeliveryWorker(this.#workerDependencies);
      this.#worker.start();
    }
  }

  /** Aborts, after a while, what is still being sent. Call it before closing the database. */
  async stopDelivery(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.stop();
  }

  /**
   * Delivers what is due now and returns: for tests and command lines. Messages to be retried later
   * are left alone.
   *
   * @returns the number of attempts
   */
  async deliverDueMessages(): Promise<number> {
    await this.#attemptWriter.expireDeliveries(OperationContext.anonymous('deliver-due-messages'));
    return createDeliveryWorker(this.#workerDependencies).drain();
  }

  async #queueDelivery(delivery: NewDelivery, context: OperationContext): Promise<QueuedDelivery> {
    if (delivery.topic.isSummedUp === true) {
      // Workers of the version before greet by first name in the notices that they know.
      const data = Object.hasOwn(topics, delivery.topic.name)
        ? { firstName: '', ...delivery.data }
        : delivery.data;
      return this.#notices.queueNotice({ ...delivery, data }, context);
    }
    const problem = findProblem(delivery, this.#dependencies.messages);
    if (problem !== undefined) {
      throw new NotificationBadRequestError(problem);
    }
    return this.#deliveryWriter.queueDelivery(delivery, context);
  }
}
