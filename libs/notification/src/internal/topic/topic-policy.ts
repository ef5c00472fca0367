import type {
  AccountNotificationPreferences,
  DeliveryPriority,
  NotificationChannel,
  NotificationTopic,
  NotificationTopicDefinition,
  NotificationTopics,
} from '../../types.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** How long after a notice the next ones of its kind are only counted. */
export const NOTICE_WINDOW_MILLISECONDS = DAY;

type ChannelFlags = Pick<
  AccountNotificationPreferences,
  'emailEnabled' | 'pushEnabled' | 'smsEnabled'
>;

/** Every topic and what holds for it. */
export const topics: {
  readonly [Topic in NotificationTopic]: NotificationTopicDefinition<
    NotificationTopics[Topic]['channel']
  >;
} = {
  'one-time-password': {
    category: 'security',
    channels: ['sms'],
    priority: 'urgent',
    lifeTimeMilliseconds: 5 * MINUTE,
    canBeSwitchedOff: false,
  },
  'password-reset': {
    category: 'security',
    channels: ['email'],
    priority: 'high',
    lifeTimeMilliseconds: 30 * MINUTE,
    canBeSwitchedOff: false,
  },
  'password-changed': {
    category: 'security',
    channels: ['email', 'sms', 'push'],
    priority: 'normal',
    lifeTimeMilliseconds: 3 * DAY,
    canBeSwitchedOff: false,
    isSummedUp: true,
  },
  'refresh-token-reused': {
    category: 'security',
    channels: ['email', 'sms', 'push'],
    priority: 'normal',
    lifeTimeMilliseconds: 3 * DAY,
    canBeSwitchedOff: false,
    isSummedUp: true,
  },
  'account-deleted': {
    category: 'security',
    channels: ['email', 'sms'],
    priority: 'normal',
    lifeTimeMilliseconds: 3 * DAY,
    canBeSwitchedOff: false,
    isSummedUp: true,
  },
  announcement: {
    category: 'marketing',
    channels: ['email', 'sms', 'push'],
    priority: 'bulk',
    lifeTimeMilliseconds: 3 * DAY,
    canBeSwitchedOff: true,
  },
};

/** Stored with a delivery; the lowest goes first. The gaps are room for further ones. */
export const PRIORITY_RANKS: Readonly<Record<DeliveryPriority, number>> = {
  urgent: 0,
  high: 10,
  normal: 20,
  bulk: 30,
};

/** The topic's definition; `undefined` when it is none of this version. */
export function findTopic(
  topic: string,
): NotificationTopicDefinition<NotificationChannel> | undefined {
  return Object.hasOwn(topics, topic) ? topics[topic as NotificationTopic] : undefined;
}

/** Whether the same recipient is told once a day at most, of the rest in one message. */
export function isSummedUp(topic: string): topic is NotificationTopic {
  return findTopic(topic)?.isSummedUp === true;
}

/**
 * Whether the account does not want this message. An account without preferences has all channels
 * on. The topic is asked for so that preferences per topic find their place here.
 */
export function isSwitchedOff(
  topic: NotificationTopicDefinition<NotificationChannel>,
  channel: NotificationChannel,
  preferences: ChannelFlags | undefined,
): boolean {
  if (!topic.canBeSwitchedOff || preferences === undefined) {
    return false;
  }
  const enabled: Readonly<Record<NotificationChannel, boolean>> = {
    email: preferences.emailEnabled,
    push: preferences.pushEnabled,
    sms: preferences.smsEnabled,
  };
  return !enabled[channel];
}
