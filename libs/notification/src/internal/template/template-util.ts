import type { EmailMessage } from '../../message-provider.ts';
import type { NotificationChannel, NotificationTopicOf, TemplatePreview } from '../../types.ts';
import { layOutEmail, type EmailContent } from './email-layout-util.ts';
import { emailTemplates } from './email-template-util.ts';
import { pushTemplates, type PushContent } from './push-template-util.ts';
import { sampleData } from './sample-data-util.ts';
import { smsTemplates } from './sms-template-util.ts';
import type { Repetition } from './wording-util.ts';

/** Anything that a mail program could take for the end of a header. */
const LINE_BREAK = /[\r\n\0\u0085\u2028\u2029]/;

/** The topic's name and data came out of the database, where types do not reach. */
type StoredTemplate<Content> = Readonly<
  Record<string, ((data: never, repetition?: Repetition) => Content) | undefined>
>;

/** @throws Error when the topic has no mail, or the data cannot be laid out */
export function renderEmail(
  topic: string,
  data: object,
  repetition?: Repetition,
): Omit<EmailMessage, 'to'> {
  const content = render<EmailContent>(emailTemplates, topic, data, repetition);
  if (LINE_BREAK.test(content.subject)) {
    throw new TypeError('A subject must be a single line.');
  }
  return { subject: content.subject, text: content.text, html: layOutEmail(content) };
}

/** @throws Error when the topic has no SMS, or the data cannot be laid out */
export function renderSms(topic: string, data: object, repetition?: Repetition): string {
  return render<string>(smsTemplates, topic, data, repetition);
}

/** @throws Error when the topic has no push message, or the data cannot be laid out */
export function renderPush(topic: string, data: object, repetition?: Repetition): PushContent {
  return render<PushContent>(pushTemplates, topic, data, repetition);
}

const RENDERERS: Readonly<Record<NotificationChannel, (topic: string, data: object) => unknown>> = {
  email: renderEmail,
  sms: renderSms,
  push: renderPush,
};

/** @throws Error when there is no message of this topic for this channel, or not from this data */
export function assertRenderable(channel: NotificationChannel, topic: string, data: object): void {
  RENDERERS[channel](topic, data);
}

/** What each template makes of its sample data. */
export function renderPreviews(): readonly TemplatePreview[] {
  const emails = (Object.keys(emailTemplates) as NotificationTopicOf<'email'>[]).map((topic) => ({
    topic,
    channel: 'email' as const,
    ...renderEmail(topic, sampleData[topic]),
  }));
  const texts = (Object.keys(smsTemplates) as NotificationTopicOf<'sms'>[]).map((topic) => ({
    topic,
    channel: 'sms' as const,
    text: renderSms(topic, sampleData[topic]),
  }));
  const pushes = (Object.keys(pushTemplates) as NotificationTopicOf<'push'>[]).map((topic) => {
    const { title, body } = renderPush(topic, sampleData[topic]);
    return { topic, channel: 'push' as const, subject: title, text: body };
  });
  return [...emails, ...texts, ...pushes];
}

function render<Content>(
  templates: StoredTemplate<Content>,
  topic: string,
  data: object,
  repetition: Repetition | undefined,
): Content {
  const template = Object.hasOwn(templates, topic) ? templates[topic] : undefined;
  if (template === undefined) {
    throw new TypeError(`There is no template for the topic ${topic} on this channel.`);
  }
  return template(data as never, repetition);
}
