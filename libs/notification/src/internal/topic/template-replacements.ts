import type { NotificationChannel } from '../../types.ts';
import type { ChannelContents, Template } from './define-topic.ts';
import { canonicalLocale } from './locale.ts';
import { topics, type TemplateReplacements } from './topics.ts';

type AnyTemplate = Template<never, ChannelContents[NotificationChannel]>;

/** Templates that replace that of a topic on a channel. */
export interface ReplacedTemplates {
  readonly topic: string;
  readonly channel: NotificationChannel;
  /** For locales without one of their own. Default: the built-in one. */
  readonly template?: AnyTemplate;
  readonly byLocale: Readonly<Record<string, AnyTemplate>>;
}

/** @throws RangeError if one replaces nothing, or for a locale that is none */
export function readReplacements(replacements: TemplateReplacements): readonly ReplacedTemplates[] {
  return Object.entries(replacements).flatMap(([topic, byChannel]) =>
    Object.entries<AnyTemplate | Readonly<Record<string, AnyTemplate>>>(byChannel).map(
      ([channel, given]) => readReplacement(topic, channel, given),
    ),
  );
}

function readReplacement(
  topic: string,
  channel: string,
  given: AnyTemplate | Readonly<Record<string, AnyTemplate>>,
): ReplacedTemplates {
  const builtIn = Object.values(topics).find(({ name }) => name === topic);
  const channels: readonly string[] = builtIn?.channels ?? [];
  if (!channels.includes(channel)) {
    throw new RangeError(`There is no built-in ${channel} message of the topic ${topic}.`);
  }
  const replaced = { topic, channel: channel as NotificationChannel };
  if (typeof given === 'function') {
    return { ...replaced, template: given, byLocale: {} };
  }
  const invalid = Object.keys(given).find((locale) => canonicalLocale(locale) !== locale);
  if (invalid !== undefined) {
    throw new RangeError(
      `The templates of ${topic} by ${channel} must be by locales such as de or de-AT, not ${invalid}.`,
    );
  }
  return { ...replaced, byLocale: given };
}
