import type { EmailMessage } from '../../message-provider.ts';
import type { NotificationChannel } from '../../types.ts';
import type { ChannelContents, PushContent, Template } from './define-topic.ts';
import { layOutEmail } from './email-layout.ts';
import { allTopics, findTopic, type NotificationTopic } from './topics.ts';
import type { Repetition } from './wording.ts';

/** A template rendered with sample data. */
export interface TemplatePreview {
  readonly topic: NotificationTopic;
  readonly channel: NotificationChannel;
  /** Subject of a mail, or title of a push message. */
  readonly subject?: string;
  readonly text: string;
  readonly html?: string;
}

/** Anything that a mail program could treat as the end of a header. */
const LINE_BREAK = /[\r\n\0\u0085\u2028\u2029]/;

export function renderEmail(
  topic: string,
  data: object,
  repetition?: Repetition,
): Omit<EmailMessage, 'to'> {
  const content = templateOf(topic, 'email')(data as never, repetition);
  if (LINE_BREAK.test(content.subject)) {
    throw new TypeError('A subject must be a single line.');
  }
  return { subject: content.subject, text: content.text, html: layOutEmail(content) };
}

export function renderSms(topic: string, data: object, repetition?: Repetition): string {
  return templateOf(topic, 'sms')(data as never, repetition);
}

export function renderPush(topic: string, data: object, repetition?: Repetition): PushContent {
  return templateOf(topic, 'push')(data as never, repetition);
}

const PREVIEWS: Readonly<
  Record<NotificationChannel, (topic: string, data: object) => Omit<TemplatePreview, 'topic'>>
> = {
  email: (topic, data) => ({ channel: 'email', ...renderEmail(topic, data) }),
  sms: (topic, data) => ({ channel: 'sms', text: renderSms(topic, data) }),
  push: (topic, data) => {
    const { title, body } = renderPush(topic, data);
    return { channel: 'push', subject: title, text: body };
  },
};

/** @throws Error if this topic has no message for this channel, or the data cannot be rendered */
export function assertRenderable(channel: NotificationChannel, topic: string, data: object): void {
  PREVIEWS[channel](topic, data);
}

/** Renders every template with its sample data, channel by channel. */
export function renderPreviews(): readonly TemplatePreview[] {
  return (['email', 'sms', 'push'] as const).flatMap((channel) =>
    allTopics
      .filter(({ channels }) => channels.includes(channel))
      .map(({ name, sample }) => ({ topic: name, ...PREVIEWS[channel](name, sample) })),
  );
}

function templateOf<Channel extends NotificationChannel>(
  topic: string,
  channel: Channel,
): Template<never, ChannelContents[Channel]> {
  const template = findTopic(topic)?.templates[channel];
  if (template === undefined) {
    throw new TypeError(`There is no template for the topic ${topic} on this channel.`);
  }
  return template;
}
