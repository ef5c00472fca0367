import type { EmailMessage } from '../../message-provider.ts';
import type { NotificationChannel, TemplatePreview } from '../../types.ts';
import { CHANNELS } from '../channels.ts';
import { completeBranding, type Branding, type CompleteBranding } from './branding.ts';
import type {
  AnyTopic,
  ChannelContents,
  PushContent,
  Repetition,
  Template,
  TemplateContext,
} from './define-topic.ts';
import { layOutEmail, layOutText, type FooterLink } from './email-layout.ts';
import { canonicalLocale, canonicalTimeZone, chooseLocale } from './locale.ts';
import { sampleCircumstances } from './sample-circumstances.ts';
import { readReplacements, type ReplacedTemplates } from './template-replacements.ts';
import { TopicRegistry } from './topic-registry.ts';
import type { TemplateReplacements } from './topics.ts';
import { BUILT_IN_LOCALES, textsIn } from './wording.ts';

/** The messages of a program. */
export interface MessageDefinitions {
  /** Topics of one's own, beside the built-in ones. Default: none. */
  readonly topics?: readonly AnyTopic[];
  /** In place of built-in templates, by topic and channel. Default: none. */
  readonly templates?: TemplateReplacements;
  /** Default: none. */
  readonly branding?: Branding;
  /**
   * Locale of messages to recipients whose own is unknown, or that a topic cannot write. Default:
   * `en`.
   */
  readonly defaultLocale?: string;
}

/** Who reads a message, and what it sums up. */
export interface Circumstances {
  readonly locale?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly repetition?: Repetition | undefined;
  readonly unsubscribeUrl?: string | undefined;
}

const NO_TEXT = 'A template must return text.';
const DEFAULT_TIME_ZONE = 'UTC';

/** From times such as `4:30 PM`. A character that SMS lacks halves what one can hold. */
const NARROW_SPACE = /[\u00a0\u202f]/g;

/** Anything that a mail program could treat as the end of a header. */
const LINE_BREAK = /[\r\n\0\u0085\u2028\u2029]/;

/** Lays messages out: in the recipient's language, with the program's branding. */
export class MessageRenderer {
  readonly topics: TopicRegistry;
  readonly branding: CompleteBranding;
  readonly #defaultLocale: string;
  readonly #replaced: readonly ReplacedTemplates[];

  /** @throws RangeError if a definition is invalid, or cannot render its topic's sample */
  constructor({
    topics = [],
    templates = {},
    branding = {},
    defaultLocale = 'en',
  }: MessageDefinitions = {}) {
    if (canonicalLocale(defaultLocale) !== defaultLocale) {
      throw new RangeError('defaultLocale must be a locale such as en or de-AT.');
    }
    this.#defaultLocale = defaultLocale;
    this.branding = completeBranding(branding, defaultLocale);
    this.topics = new TopicRegistry(topics);
    this.#replaced = readReplacements(templates);
    topics.forEach((topic) => this.#assertSampleRenders(topic));
    for (const name of Object.keys(templates)) {
      const topic = this.topics.find(name);
      if (topic !== undefined) {
        this.#assertSampleRenders(topic);
      }
    }
  }

  renderEmail(
    topic: string,
    data: object,
    circumstances: Circumstances = {},
  ): Omit<EmailMessage, 'to'> {
    const { template, context } = this.#choose(topic, 'email', circumstances);
    const content = template(data as never, context);
    // The layout would make `undefined` a text.
    if (typeof content.subject !== 'string' || typeof content.text !== 'string') {
      throw new TypeError(NO_TEXT);
    }
    if (LINE_BREAK.test(content.subject)) {
      throw new TypeError('A subject must be a single line.');
    }
    const link = this.#unsubscribeLinkOf(context);
    return {
      subject: content.subject,
      text: layOutText(content, context, link),
      html: layOutEmail(content, context, link),
    };
  }

  #unsubscribeLinkOf({ locale, unsubscribeUrl: url }: TemplateContext): FooterLink | undefined {
    return url === undefined
      ? undefined
      : { label: textsIn(this.contextOfPage(locale))('unsubscribe.button'), url };
  }

  renderSms(topic: string, data: object, circumstances: Circumstances = {}): string {
    const { template, context } = this.#choose(topic, 'sms', circumstances);
    return template(data as never, context).replace(NARROW_SPACE, ' ');
  }

  renderPush(topic: string, data: object, circumstances: Circumstances = {}): PushContent {
    const { template, context } = this.#choose(topic, 'push', circumstances);
    return template(data as never, context);
  }

  /** The locale in which a message is laid out. */
  localeOf(topic: string, channel: NotificationChannel, circumstances: Circumstances): string {
    return this.#choose(topic, channel, circumstances).context.locale;
  }

  /** For a page of built-in texts: in this locale, or in what it falls back to. */
  contextOfPage(locale = ''): TemplateContext {
    const wanted = [canonicalLocale(locale) ?? this.#defaultLocale, this.#defaultLocale];
    const { locale: chosen } = chooseLocale(wanted, BUILT_IN_LOCALES);
    return { locale: chosen, timeZone: DEFAULT_TIME_ZONE, branding: this.branding };
  }

  /**
   * Renders a message as it will be once its data has been stored as JSON.
   *
   * @throws Error if this topic has no message for this channel, or the data cannot be rendered
   */
  preview(
    topic: string,
    channel: NotificationChannel,
    data: object,
    circumstances: Circumstances = {},
  ): Omit<TemplatePreview, 'locale'> {
    const stored = JSON.parse(JSON.stringify(data)) as object;
    const rendered = this.#render(topic, channel, stored, circumstances);
    const { subject, text } = rendered;
    if (
      ![text, ...(channel === 'sms' ? [] : [subject])].every((part) => typeof part === 'string')
    ) {
      throw new TypeError(NO_TEXT);
    }
    return { topic, channel, ...rendered };
  }

  #render(
    topic: string,
    channel: NotificationChannel,
    data: object,
    circumstances: Circumstances,
  ): Pick<TemplatePreview, 'subject' | 'text' | 'html'> {
    switch (channel) {
      case 'email':
        return this.renderEmail(topic, data, circumstances);
      case 'sms':
        return { text: this.renderSms(topic, data, circumstances) };
      case 'push': {
        const { title, body } = this.renderPush(topic, data, circumstances);
        return { subject: title, text: body };
      }
    }
  }

  /** Renders every template with its sample data, channel by channel, in each of its locales. */
  renderPreviews(): readonly TemplatePreview[] {
    return CHANNELS.flatMap((channel) =>
      this.topics.all
        .filter(({ channels }) => channels.includes(channel))
        .flatMap((topic) => this.#previewEach(topic, channel)),
    );
  }

  #previewEach(topic: AnyTopic, channel: NotificationChannel): readonly TemplatePreview[] {
    const { unsubscribeUrl } = sampleCircumstances(topic, channel);
    return this.#localesOf(topic, channel).map((locale) => ({
      ...this.preview(topic.name, channel, topic.sample, { locale, unsubscribeUrl }),
      locale,
    }));
  }

  #assertSampleRenders(topic: AnyTopic): void {
    for (const channel of topic.channels) {
      for (const locale of this.#localesOf(topic, channel)) {
        try {
          [{}, sampleCircumstances(topic, channel)].forEach((circumstances) =>
            this.preview(topic.name, channel, topic.sample, { locale, ...circumstances }),
          );
        } catch (cause) {
          const reason = cause instanceof Error ? cause.message : String(cause);
          throw new RangeError(
            `The topic ${topic.name} cannot lay out its sample by ${channel} in ${locale}: ${reason}`,
            { cause },
          );
        }
      }
    }
  }

  /** Locales that a topic can write on a channel. */
  #localesOf(topic: AnyTopic, channel: NotificationChannel): readonly string[] {
    const { locales = [this.#defaultLocale] } = topic;
    const replaced = this.#replacedTemplates(topic.name, channel)?.byLocale ?? {};
    return [...new Set([...locales, ...Object.keys(replaced)])];
  }

  #replacedTemplates(topic: string, channel: NotificationChannel): ReplacedTemplates | undefined {
    return this.#replaced.find((each) => each.topic === topic && each.channel === channel);
  }

  #choose<Channel extends NotificationChannel>(
    name: string,
    channel: Channel,
    { locale = '', timeZone = '', repetition, unsubscribeUrl }: Circumstances,
  ): { template: Template<never, ChannelContents[Channel]>; context: TemplateContext } {
    const topic = this.topics.find(name);
    const original = topic?.templates[channel];
    if (topic === undefined || original === undefined) {
      throw new TypeError(`There is no template for the topic ${name} on this channel.`);
    }
    const wanted = canonicalLocale(locale) ?? this.#defaultLocale;
    const chosen = chooseLocale([wanted, this.#defaultLocale], this.#localesOf(topic, channel));
    const replaced = this.#replacedTemplates(name, channel);
    const template = replaced?.byLocale[chosen.available] ?? replaced?.template ?? original;
    return {
      template: template as Template<never, ChannelContents[Channel]>,
      context: {
        locale: chosen.locale,
        timeZone: canonicalTimeZone(timeZone) ?? DEFAULT_TIME_ZONE,
        branding: this.branding,
        repetition,
        unsubscribeUrl,
      },
    };
  }
}
