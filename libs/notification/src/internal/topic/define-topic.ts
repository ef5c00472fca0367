import type { NotificationChannel, NotificationTopicDefinition } from '../../types.ts';
import type { EmailContent } from './email-layout.ts';
import type { Repetition } from './wording.ts';

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

export interface PushContent {
  readonly title: string;
  readonly body: string;
}

/** What a template makes, by channel. */
export interface ChannelContents {
  readonly email: EmailContent;
  /** Short: 160 characters are one SMS. */
  readonly sms: string;
  readonly push: PushContent;
}

/** Lays out the data of one message. Throws if it cannot. */
export type Template<Data, Content> = (data: Data, repetition?: Repetition) => Content;

/** The data of a security notice: nothing that a stranger could have written into the account. */
export type NoText = Readonly<Record<string, never>>;

interface TopicParts<
  Name extends string,
  Data extends object,
  Channel extends NotificationChannel,
> {
  /** Stored with each delivery, so it must never change. */
  readonly name: Name;
  /**
   * What the previews show; its type is that of the topic's data. Names and texts have characters
   * that a template must escape.
   */
  readonly sample: Data;
  /** One for each channel that the topic goes by. */
  readonly templates: {
    readonly [Each in Channel]: Template<NoInfer<Data>, ChannelContents[Each]>;
  };
}

type TopicRules = Omit<NotificationTopicDefinition<NotificationChannel>, 'channels'>;

/** A topic with its rules, its templates and the type of its data. */
export interface Topic<
  Name extends string,
  Data extends object,
  Channel extends NotificationChannel,
>
  extends TopicParts<Name, Data, Channel>, NotificationTopicDefinition<Channel> {}

/**
 * Defines a topic: everything there is to know of it is in this one call.
 *
 * @example
 * const sample: WelcomeData = { title: 'Hello & welcome' };
 *
 * export const welcome = defineTopic({
 *   name: 'welcome',
 *   category: 'transactional',
 *   priority: 'normal',
 *   lifeTimeMilliseconds: 3 * DAY,
 *   canBeSwitchedOff: true,
 *   sample,
 *   templates: { sms: ({ title }) => title },
 * });
 */
export function defineTopic<
  const Name extends string,
  Data extends object,
  Channel extends NotificationChannel,
>(topic: TopicRules & TopicParts<Name, Data, Channel>): Topic<Name, Data, Channel> {
  return { ...topic, channels: Object.keys(topic.templates) as Channel[] };
}
