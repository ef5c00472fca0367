import type { PhoneNumber } from '@org/core';

import type {
  NotificationTopic,
  NotificationTopicData,
  NotificationTopicOf,
} from '../topic/topics.ts';

type SendableTopic = NotificationTopic | NotificationTopicOf<never>;

export interface SendForAccountParams<Topic extends SendableTopic> {
  readonly accountId: string;
  /** The name of a built-in topic, or one of one's own. */
  readonly topic: Topic;
  readonly data: NotificationTopicData<Topic>;
  /**
   * Of a notice: what it is about, such as a device. Notices about different things are each sent at
   * once, up to the budget; only those beyond it are summed up. Default: all are about the same.
   */
  readonly distinctBy?: string | undefined;
  /**
   * Of a notice: whether the account has proved that the contact is its owner's. What other accounts
   * cause then neither delays the notice nor is summed up in it. Default: false.
   */
  readonly isProved?: boolean | undefined;
  /** When the message is no longer worth sending. Default: after the topic's lifetime. */
  readonly expiresAt?: Date;
  /**
   * The recipient's, such as `de-AT`. Default, also for text that is no locale: `defaultLocale`.
   */
  readonly locale?: string | undefined;
  /** The recipient's, such as `Europe/Vienna`. Default, also for text that is no zone: UTC. */
  readonly timeZone?: string | undefined;
  /** Whether it is stored as dropped: the same work, but it is never sent. Default: false. */
  readonly isWithheld?: boolean | undefined;
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

/** Sent to every browser that the account has subscribed. */
export type SendPushForAccountParams<Topic extends NotificationTopicOf<'push'>> =
  SendForAccountParams<Topic>;
