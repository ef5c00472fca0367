import type { NotificationChannel, NotificationTopicDefinition } from '../../types.ts';
import type { CompleteBranding } from './branding.ts';
import type { Html } from './html.ts';

export const MILLISECONDS_PER_MINUTE = 60_000;
export const MILLISECONDS_PER_DAY = 24 * 60 * MILLISECONDS_PER_MINUTE;

export interface EmailContent {
  /** A single line. */
  readonly subject: string;
  /** For mail programs that show no HTML. */
  readonly text: string;
  readonly body: Html;
}

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

/** How often something happened, and since when. */
export interface Repetition {
  readonly times: number;
  readonly since: Date;
}

/** For whom a message is laid out. */
export interface TemplateContext {
  /**
   * BCP 47: the recipient's locale, such as `de-AT`, if the topic can write it or its language; a
   * fallback otherwise.
   */
  readonly locale: string;
  /** The recipient's IANA time zone, such as `Europe/Vienna`; `UTC` if it is unknown. */
  readonly timeZone: string;
  readonly branding: CompleteBranding;
  /** Set if a message sums up notices. */
  readonly repetition?: Repetition | undefined;
  /**
   * Where the recipient can switch the topic off by mail; the layout links to it below the mail. Set
   * for mails of marketing topics, if `unsubscribeUrl` of the service is.
   */
  readonly unsubscribeUrl?: string | undefined;
}

/**
 * Renders the data of one message, as JSON holds it: a `Date` arrives as text. Throws if it cannot.
 */
export type Template<Data, Content> = (data: Data, context: TemplateContext) => Content;

/** The data of a security notice: no text that a stranger could have put into the account. */
export type NoText = Readonly<Record<string, never>>;

interface TopicParts<
  Name extends string,
  Data extends object,
  Channel extends NotificationChannel,
> {
  /**
   * In kebab-case, after the module's name: `billing.invoice-paid`; built-in ones are not. Stored
   * with each delivery, so it must never change.
   */
  readonly name: Name;
  /** For the previews. Names and texts contain characters that a template must escape. */
  readonly sample: Data;
  /** What its templates can write, usually `texts.locales`. Default: the service's default. */
  readonly locales?: readonly string[];
  readonly templates: {
    readonly [Each in Channel]: Template<NoInfer<Data>, ChannelContents[Each]>;
  };
}

type TopicRules = Omit<NotificationTopicDefinition<NotificationChannel>, 'channels'>;

/** Rules of a notice about something that happened to the account. */
export const securityNotice = {
  category: 'security',
  priority: 'normal',
  lifeTimeMilliseconds: 3 * MILLISECONDS_PER_DAY,
  canBeSwitchedOff: false,
  isSummedUp: true,
  survivesDeletion: true,
} as const satisfies TopicRules;

export interface Topic<
  Name extends string,
  Data extends object,
  Channel extends NotificationChannel,
>
  extends TopicParts<Name, Data, Channel>, NotificationTopicDefinition<Channel> {}

/** A topic whose data the type checker cannot see, as when it comes from the database. */
export interface AnyTopic extends NotificationTopicDefinition<NotificationChannel> {
  readonly name: string;
  readonly sample: object;
  readonly locales?: readonly string[];
  readonly templates: {
    readonly [Channel in NotificationChannel]?: Template<never, ChannelContents[Channel]>;
  };
}

/**
 * Defines a topic, with everything about it in one place. Register it with
 * `NotificationService.create({ ...dependencies, topics: [welcome] })`.
 *
 * @example
 * const sample: WelcomeData = { title: 'Hello & welcome' };
 *
 * export const welcome = defineTopic({
 *   name: 'shop.welcome',
 *   category: 'transactional',
 *   priority: 'normal',
 *   lifeTimeMilliseconds: 3 * MILLISECONDS_PER_DAY,
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
