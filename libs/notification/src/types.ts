/** The ways in which a message reaches an account. */
export type NotificationChannel = 'email' | 'sms' | 'push';

/** Why something is sent. Messages of the category `security` cannot be switched off. */
export type NotificationCategory = 'security' | 'transactional' | 'marketing';

/**
 * What goes first when there is more to send than can be sent at once: `urgent` has someone waiting
 * at the screen, `bulk` goes to everybody.
 */
export type DeliveryPriority = 'urgent' | 'high' | 'normal' | 'bulk';

/** What holds for every message of a topic. */
export interface NotificationTopicDefinition<Channel extends NotificationChannel> {
  readonly category: NotificationCategory;
  readonly channels: readonly Channel[];
  readonly priority: DeliveryPriority;
  /** How long a message is worth sending, unless the sender says when it ends. */
  readonly lifeTimeMilliseconds: number;
  /** Whether the account's preferences decide, at the time of sending. */
  readonly canBeSwitchedOff: boolean;
  /**
   * Whether the first message to a recipient is sent at once, and what follows within a day is
   * counted and told of by one message at its end. What cannot be sent is then a dead letter at once,
   * not an error. Default: false.
   */
  readonly isSummedUp?: boolean;
}

/** Which channels may carry messages that can be switched off. */
export interface AccountNotificationPreferences {
  readonly accountId: string;
  readonly emailEnabled: boolean;
  readonly pushEnabled: boolean;
  readonly smsEnabled: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface AccountNotificationPreferencesByAccountIdParams {
  readonly accountId: string;
}

/** A flag that is left out keeps its value, or becomes true where there are no preferences yet. */
export interface CreateOrUpdateAccountNotificationPreferencesParams {
  readonly accountId: string;
  readonly emailEnabled?: boolean;
  readonly pushEnabled?: boolean;
  readonly smsEnabled?: boolean;
}

export interface NotificationDataByAccountIdParams {
  readonly accountId: string;
}

/** A message that is stored and will be sent. */
export interface QueuedDelivery {
  readonly deliveryId: string;
}

/**
 * `queued`: to be sent, for the first time or again · `sent`: a provider took it · `suppressed`: its
 * owner does not want it, or has no browser subscribed · `expired`: its life ended first ·
 * `dropped`: the account was deleted · `dead`: refused for good or tried too often; can be replayed
 */
export type DeliveryStatus = 'queued' | 'sent' | 'suppressed' | 'expired' | 'dropped' | 'dead';

/** A message that was given up, without what it says and to whom. */
export interface DeadDelivery {
  readonly id: string;
  readonly accountId: string;
  readonly channel: NotificationChannel;
  readonly topic: string;
  readonly attempts: number;
  readonly lastError: string;
  readonly createdAt: Date;
  /** After this it cannot be replayed. */
  readonly expiresAt: Date;
}

export interface ListDeadDeliveriesParams {
  /** Default: 100, at most 1,000. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface DeadDeliveryPage {
  /** Newest first. */
  readonly items: readonly DeadDelivery[];
  readonly nextCursor: string | null;
}

export interface ReplayDeadDeliveryParams {
  readonly deliveryId: string;
}

export interface DeliveryStatistics {
  /** Messages to be sent, those being sent included. */
  readonly queued: number;
  readonly dead: number;
  /** Age of the oldest queued message; `null` when there is none. */
  readonly oldestQueuedMilliseconds: number | null;
}

/** A message that could not be sent yet and will be tried again, without what it says and to whom. */
export interface FailingDelivery {
  readonly id: string;
  readonly accountId: string;
  readonly channel: NotificationChannel;
  readonly topic: string;
  readonly attempts: number;
  readonly lastError: string;
  readonly createdAt: Date;
  readonly nextAttemptAt: Date;
}

export interface ListFailingDeliveriesParams {
  /** Default: 100, at most 1,000. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface FailingDeliveryPage {
  /** Newest first. */
  readonly items: readonly FailingDelivery[];
  readonly nextCursor: string | null;
}

/** How a channel is doing: told when that changes, and once a minute while it fails. */
export interface ChannelReport {
  readonly channel: NotificationChannel;
  /** `refused`: single recipients were; the channel itself works. */
  readonly state: 'failing' | 'refused' | 'working';
  /** Attempts that failed since the report before. */
  readonly failures: number;
  /** Of the last failure. */
  readonly topic: string;
  /** Of the last failure; tells neither the recipient nor what was to be sent. */
  readonly error: string;
}

/** Keys of a browser's push subscription (RFC 8291), base64url. */
export interface PushSubscriptionKeys {
  /** Public key of the browser, an uncompressed point on P-256. */
  readonly p256dh: string;
  /** Secret of 16 bytes. */
  readonly auth: string;
}

export interface CreatePushSubscriptionParams {
  readonly accountId: string;
  /** Where the browser's push service takes messages (RFC 8030). */
  readonly endpoint: string;
  readonly keys: PushSubscriptionKeys;
}

export interface PushSubscriptionsByAccountIdParams {
  readonly accountId: string;
}

export interface DeletePushSubscriptionParams {
  readonly accountId: string;
  readonly subscriptionId: string;
}

export interface PushSubscription {
  readonly id: string;
  readonly accountId: string;
  readonly endpoint: string;
  readonly createdAt: Date;
}

/** How messages are delivered, and what is kept. */
export interface NotificationSettings {
  /**
   * Messages sent at once by one worker on one channel. Default: 10. Those that were in flight when
   * a worker was killed may be sent twice.
   */
  readonly deliveryConcurrency?: number;
  /** How many of those are kept for messages of the priorities `urgent` and `high`. Default: 2. */
  readonly reservedConcurrency?: number;
  /** After this, a message that a worker took and did not finish is another's. Default: 30 s. */
  readonly leaseMilliseconds?: number;
  /** Longest time for a provider to take a message; below the lease. Default: 15 s. */
  readonly sendTimeLimitMilliseconds?: number;
  /** How long stopping waits for what is being sent before it breaks that off. Default: 5 s. */
  readonly stopGraceMilliseconds?: number;
  /** How often to look for what is due, and for new messages no change stream told of. Default: 1 s. */
  readonly pollIntervalMilliseconds?: number;
  /** Attempts until a message is a dead letter. Default: 15, about two hours. */
  readonly maximumAttempts?: number;
  /** Longest wait before the second attempt; doubles with each further one. Default: 2 s. */
  readonly retryBaseDelayMilliseconds?: number;
  /** Longest wait of all. Default: 1 hour. */
  readonly retryMaximumDelayMilliseconds?: number;
  /** How long a finished delivery, without its payload, is kept. Default: 30 days. */
  readonly finishedRetentionMilliseconds?: number;
  /** How long a dead letter is kept. Default: 90 days. */
  readonly deadRetentionMilliseconds?: number;
  /** One more, and the one that was renewed longest ago is removed. Default: 10. */
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
  /** Of a mail, or the title of a push message; `null` for an SMS. */
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  readonly createdAt: Date;
}
