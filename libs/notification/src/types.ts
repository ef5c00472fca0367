/** The ways in which a message can reach an account. */
export type NotificationChannel = 'email' | 'sms' | 'push';

/** Why something is sent. `security` messages cannot be switched off. */
export type NotificationCategory = 'security' | 'transactional' | 'marketing';

/** What goes first: `urgent` for someone waiting at the screen, `bulk` for messages to everyone. */
export type DeliveryPriority = 'urgent' | 'high' | 'normal' | 'bulk';

export interface NotificationTopicDefinition<Channel extends NotificationChannel> {
  readonly category: NotificationCategory;
  readonly channels: readonly Channel[];
  readonly priority: DeliveryPriority;
  /** How long a message is worth sending, unless the sender sets an expiry. */
  readonly lifeTimeMilliseconds: number;
  /** Whether the account's preferences apply, at the time of sending. */
  readonly canBeSwitchedOff: boolean;
  /**
   * Whether the first message to a recipient is sent at once, while those that follow within a day
   * are counted and summed up in one message at its end. A message that cannot be sent then becomes
   * a dead letter at once, not an error. Default: false.
   */
  readonly isSummedUp?: boolean;
  /**
   * Whether it is still sent, other than to browsers, if the account is deleted while it waits: for
   * what tells owners of a thief. Default: false.
   */
  readonly survivesDeletion?: boolean;
}

/** Something that belongs to an account or is about one. */
export interface OfAccount {
  readonly accountId: string;
}

/** By channel, whether an account wants a topic's messages. An omitted channel is on. */
export type TopicPreferences = { readonly [Channel in NotificationChannel]?: boolean };

/** Which messages that can be switched off an account wants: channel and topic must both be on. */
export interface AccountNotificationPreferences extends OfAccount {
  readonly emailEnabled: boolean;
  readonly pushEnabled: boolean;
  readonly smsEnabled: boolean;
  /** By topic; only those that were set. Omitted until one was. */
  readonly topics?: Readonly<Record<string, TopicPreferences>>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type AccountNotificationPreferencesByAccountIdParams = OfAccount;

/** An omitted flag keeps its value, or becomes true if there are no preferences yet. */
export interface CreateOrUpdateAccountNotificationPreferencesParams extends OfAccount {
  readonly emailEnabled?: boolean;
  readonly pushEnabled?: boolean;
  readonly smsEnabled?: boolean;
  /** By topic. Those that are omitted keep what they have. */
  readonly topics?: Readonly<Record<string, TopicPreferences>>;
}

/** A topic that an account gets by mail. */
export interface MailSubscription extends OfAccount {
  readonly topic: string;
}

/** `unusable`: we did not make the link, or its account is gone. */
export type UnsubscribePageKind = 'ask' | 'done' | 'unusable';

/** A page for the browser and the Content-Security-Policy that it needs. */
export interface UnsubscribePage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

export interface RenderUnsubscribePageParams {
  readonly kind: UnsubscribePageKind;
  /** The reader's, such as `de-AT`. Default, also for text that is no locale: `defaultLocale`. */
  readonly locale?: string | undefined;
}

export interface QueuedDelivery {
  readonly deliveryId: string;
}

/**
 * `queued`: to be sent, for the first time or again · `sent`: a provider accepted it ·
 * `suppressed`: its owner does not want it, or has no browser subscribed · `expired`: its lifetime
 * ended first · `dropped`: the account was deleted, or disabled · `dead`: refused for good or tried too often;
 * can be replayed
 */
export type DeliveryStatus = 'queued' | 'sent' | 'suppressed' | 'expired' | 'dropped' | 'dead';

/** A message to an account, without its contents and recipient. */
export interface AccountDelivery {
  readonly id: string;
  readonly channel: NotificationChannel;
  readonly topic: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  /** Of the latest attempt that failed; empty: none did. */
  readonly lastError: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ListDeliveriesByAccountIdParams extends OfAccount {
  /** Default: 50, at most 1,000. */
  readonly limit?: number;
}

/** A message that could not be sent, without its contents and recipient. */
export interface UnsentDelivery extends OfAccount {
  readonly id: string;
  readonly channel: NotificationChannel;
  readonly topic: string;
  readonly attempts: number;
  readonly lastError: string;
  readonly createdAt: Date;
}

export interface DeadDelivery extends UnsentDelivery {
  /** After this, it cannot be replayed. */
  readonly expiresAt: Date;
}

export interface FailingDelivery extends UnsentDelivery {
  readonly nextAttemptAt: Date;
  /** After this, it is not tried any more. */
  readonly expiresAt: Date;
}

export interface DeliveryPageParams {
  /** Default: 100, at most 1,000. */
  readonly limit?: number;
  /** `nextCursor` of the previous page. */
  readonly cursor?: string;
}

export type ListDeadDeliveriesParams = DeliveryPageParams;
export type ListFailingDeliveriesParams = DeliveryPageParams;

export interface DeliveryPage<Delivery> {
  /** Newest first. */
  readonly items: readonly Delivery[];
  readonly nextCursor: string | null;
}

export type DeadDeliveryPage = DeliveryPage<DeadDelivery>;
export type FailingDeliveryPage = DeliveryPage<FailingDelivery>;

export interface ReplayDeadDeliveryParams {
  readonly deliveryId: string;
}

export interface DeliveryStatistics {
  /** Messages to be sent, including those being sent. */
  readonly queued: number;
  readonly dead: number;
  /** Age of the oldest queued message; `null` if nothing is queued. */
  readonly oldestQueuedMilliseconds: number | null;
}

/** A channel's state: reported when it changes, and once a minute while it fails. */
export interface ChannelReport {
  readonly channel: NotificationChannel;
  /** `refused`: some messages were refused, but the channel itself works. */
  readonly state: 'failing' | 'refused' | 'working';
  /** Attempts that failed since the last report. */
  readonly failures: number;
  /** Of the last failure. */
  readonly topic: string;
  /** Of the last failure; contains neither the recipient nor the contents. */
  readonly error: string;
}

/** Keys of a browser's push subscription (RFC 8291), base64url. */
export interface PushSubscriptionKeys {
  /** Public key of the browser, an uncompressed point on P-256. */
  readonly p256dh: string;
  /** Secret of 16 bytes. */
  readonly auth: string;
}

export interface CreatePushSubscriptionParams extends OfAccount {
  /** Where the browser's push service accepts messages (RFC 8030). */
  readonly endpoint: string;
  readonly keys: PushSubscriptionKeys;
}

export interface DeletePushSubscriptionParams extends OfAccount {
  readonly subscriptionId: string;
}

export interface PushSubscription extends OfAccount {
  readonly id: string;
  readonly endpoint: string;
  readonly createdAt: Date;
}

export interface NotificationSettings {
  /** Sent at a time by a worker on a channel; a killed one may send them twice. Default: 10. */
  readonly deliveryConcurrency?: number;
  /** How many of those are reserved for the priorities `urgent` and `high`. Default: 2. */
  readonly reservedConcurrency?: number;
  /** After this, a message that a worker has not finished is free for another. Default: 30 s. */
  readonly leaseMilliseconds?: number;
  /** Maximum time for a provider to accept a message; below the lease. Default: 15 s. */
  readonly sendTimeLimitMilliseconds?: number;
  /** How long stopping waits for messages being sent before aborting them. Default: 5 s. */
  readonly stopGraceMilliseconds?: number;
  /** How often to look for due messages that the change stream missed. Default: 1 s. */
  readonly pollIntervalMilliseconds?: number;
  /** Attempts until a message becomes a dead letter. Default: 15, about two hours. */
  readonly maximumAttempts?: number;
  /** Maximum wait before the second attempt; doubles with each further one. Default: 2 s. */
  readonly retryBaseDelayMilliseconds?: number;
  /** Upper limit for any wait. Default: 1 hour. */
  readonly retryMaximumDelayMilliseconds?: number;
  /** How long a finished delivery, without its payload, is kept. Default: 30 days. */
  readonly finishedRetentionMilliseconds?: number;
  /** How long a dead letter is kept. Default: 90 days. */
  readonly deadRetentionMilliseconds?: number;
  /** Beyond this, the least recently renewed one is removed. Default: 10. */
  readonly maximumPushSubscriptionsPerAccount?: number;
  /** For tests and development; see the setting of the push provider. Default: false. */
  readonly allowPrivatePushEndpoints?: boolean;
}

/** A message that the development outbox kept instead of sending it. */
export interface OutboxMessage {
  readonly id: string;
  readonly deliveryId: string;
  readonly channel: NotificationChannel;
  /** E-mail address, E.164 number or push endpoint. */
  readonly recipient: string;
  /** Subject of a mail, or title of a push message; `null` for an SMS. */
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  /** Further headers of a mail, and what its sender's branding sets. Absent if there are none. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly createdAt: Date;
}

/** A template rendered with sample data. */
export interface TemplatePreview {
  readonly topic: string;
  readonly channel: NotificationChannel;
  readonly locale: string;
  /** Subject of a mail, or title of a push message. */
  readonly subject?: string;
  readonly text: string;
  readonly html?: string;
}
