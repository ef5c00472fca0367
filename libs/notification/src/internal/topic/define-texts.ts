import { IntlMessageFormat } from 'intl-messageformat';
import { LRUCache } from 'lru-cache';

import type { TemplateContext } from './define-topic.ts';
import { chooseLocale } from './locale.ts';

/** Arguments of a text, by name. */
export type TextValues = Readonly<Record<string, string | number | Date>>;

/** Texts in several locales. */
export interface Texts<Key extends string> {
  readonly locales: readonly string[];
  /**
   * @returns a function that formats one text: in the context's locale, or in what it falls back
   *   to, with dates and times of its zone. It throws if a value is missing or invalid.
   */
  in(
    context: Pick<TemplateContext, 'locale' | 'timeZone'>,
  ): (key: Key, values?: TextValues) => string;
}

const DEFAULT_TIME_ZONE = 'UTC';

/** Times name their zone. */
const FORMATS = {
  time: {
    short: { hour: 'numeric', minute: 'numeric', timeZoneName: 'short' },
    // What `{when, time}` means.
    medium: { hour: 'numeric', minute: 'numeric', second: 'numeric', timeZoneName: 'short' },
  },
} as const;

/**
 * Defines texts as ICU messages: the same keys in each locale, the first of which is the last
 * resort.
 *
 * @example
 * const texts = defineTexts({
 *   en: { due: '{count, plural, one {# invoice is} other {# invoices are}} due on {day, date, long}.' },
 *   de: { due: '{count, plural, one {# Rechnung ist} other {# Rechnungen sind}} am {day, date, long} fällig.' },
 * });
 *
 * texts.in(context)('due', { count: 2, day: new Date(data.day) });
 *
 * @throws TypeError if a text is malformed, also one that no sample needs
 */
export function defineTexts<Key extends string>(
  catalogues: Readonly<Record<string, Readonly<Record<Key, string>>>>,
): Texts<Key> {
  const locales = Object.keys(catalogues);
  for (const [locale, texts] of Object.entries<Readonly<Record<string, string>>>(catalogues)) {
    Object.values(texts).forEach((text) => parse(text, locale, DEFAULT_TIME_ZONE));
  }
  return {
    locales,
    in: ({ locale: wanted, timeZone }) => {
      const { available, locale } = chooseLocale([wanted], locales);
      return (key, values = {}) => {
        const text = catalogues[available]?.[key];
        if (text === undefined || Object.values<unknown>(values).includes(undefined)) {
          throw new TypeError(`The text ${key} in ${available}, or a value of it, is missing.`);
        }
        return format(text, values, { locale: regionOf(locale), timeZone });
      };
    },
  };
}

function format(
  text: string,
  values: TextValues,
  { locale, timeZone }: Pick<TemplateContext, 'locale' | 'timeZone'>,
): string {
  const message = once(['message', text, locale, timeZone], () => parse(text, locale, timeZone));
  return String(message.format(values));
}

function parse(text: string, locale: string, timeZone: string): IntlMessageFormat {
  const options = { formatters: formattersIn(timeZone), ignoreTag: true };
  try {
    return new IntlMessageFormat(text, locale, FORMATS, options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(`The text ${JSON.stringify(text)} is malformed: ${reason}`, { cause });
  }
}

/** English without a region is British, as dates in messages always were. */
function regionOf(locale: string): string {
  return locale === 'en' ? 'en-GB' : locale;
}

/** Locales and zones come from recipients, so there may be many, each of 35 KB. */
const kept = new LRUCache<string, object>({ max: 500 });

/** Making a formatter takes far longer than using it. */
function once<Formatter extends object>(key: readonly unknown[], make: () => Formatter): Formatter {
  const name = JSON.stringify(key);
  const known = kept.get(name) as Formatter | undefined;
  if (known !== undefined) {
    return known;
  }
  const made = make();
  kept.set(name, made);
  return made;
}

type Formatters = NonNullable<
  NonNullable<ConstructorParameters<typeof IntlMessageFormat>[3]>['formatters']
>;

function formattersIn(timeZone: string): Formatters {
  return {
    getNumberFormat: (locales, options) =>
      once(['number', locales, options], () => new Intl.NumberFormat(locales, options)),
    getPluralRules: (locales, options) =>
      once(['plural', locales, options], () => new Intl.PluralRules(locales, options)),
    getDateTimeFormat: (locales, options) =>
      once(
        ['time', locales, options, timeZone],
        () => new Intl.DateTimeFormat(locales, { ...options, timeZone }),
      ),
  };
}
