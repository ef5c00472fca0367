import type { NotificationChannel, NotificationTopicDefinition } from '../../types.ts';
import type { EmailContent } from './email-layout.ts';
import type { Repetition } from './wording.ts';

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

export interface PushContent {
  readonly title: string;
  readonly body: string;
}

/** A template's output, by channel. */
export interface ChannelContents {
  readonly email: EmailContent;
  /** Keep it short: one SMS has 160 characters. */
  readonly sms: string;
  readonly push: PushContent;
}

/** Renders the data of one message. Throws if it cannot. */
export type Template<Data, Content> = (data: Data, repetition?: Repetition) => Content;

/** The data of a security notice: no text that a stranger could have put into the account. */
export type NoText = Readonly<Record<string, never>>;

interface TopicParts<
  Name extends string,
  Data extends object,
  Channel extends NotificationChannel,
> {
  /** Stored with each delivery, so it must never change. */
  readonly name: Name;
  /** For the previews. Names and texts contain characters that a template must escape. */
  readonly sample: Data;
  readonly templates: {
    readonly [Each in Channel]: Template<NoInfer<Data>, ChannelContents[Each]>;
  };
}

type TopicRules = Omit<NotificationTopicDefinition<NotificationChannel>, 'channels'>;

/** Rules of a notice about something that happened to the account. */
export const securityNotice = {
  category: 'security',
  priority: 'normal',
  lifeTimeMilliseconds: 3 * DAY,
  canBeSwitchedOff: false,
  isSummedUp: true,
} as const satisfies TopicRules;

export interface Topic<
  Name extends string,
  Data extends object,
  Channel extends NotificationChannel,
>
  extends TopicParts<Name, Data, Channel>, NotificationTopicDefinition<Channel> {}

/**
 * Defines a topic, with everything about it in one place.
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
