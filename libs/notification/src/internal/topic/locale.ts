/** RFC 5646 asks for room for this many characters. */
const MAXIMUM_LOCALE_LENGTH = 35;
/** A longer one is well-formed, but none is registered: it is rather `english`. */
const MAXIMUM_LANGUAGE_LENGTH = 3;
/** Longer than any name of the IANA's. */
const MAXIMUM_TIME_ZONE_LENGTH = 64;
const LAST_RESORT = 'en';

/** A locale such as `de-AT`, from one that may be written `de_at`; `undefined` if it is none. */
export function canonicalLocale(text: string): string | undefined {
  if (text === '' || text.length > MAXIMUM_LOCALE_LENGTH) {
    return undefined;
  }
  try {
    const { language, baseName } = new Intl.Locale(text.replaceAll('_', '-'));
    return language.length <= MAXIMUM_LANGUAGE_LENGTH ? baseName : undefined;
  } catch {
    return undefined;
  }
}

/** An IANA time zone such as `Europe/Vienna`; `undefined` if it is none. */
export function canonicalTimeZone(text: string): string | undefined {
  if (text === 'UTC') {
    return text;
  }
  if (text === '' || text.length > MAXIMUM_TIME_ZONE_LENGTH) {
    return undefined;
  }
  try {
    return new Intl.DateTimeFormat(LAST_RESORT, { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** A locale and what it falls back to: `de-AT`, `de`. */
function fallbacksOf(locale: string): readonly string[] {
  const parts = locale.split('-');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
}

export interface ChosenLocale {
  /** One of those available. */
  readonly available: string;
  /** The wanted one that led to it: has the region, for dates and numbers. */
  readonly locale: string;
}

/**
 * The best available locale: the first wanted one or what it falls back to, then the next, then
 * English, then the first available one.
 */
export function chooseLocale(
  wanted: readonly string[],
  available: readonly string[],
): ChosenLocale {
  for (const locale of [...wanted, LAST_RESORT]) {
    const found = fallbacksOf(locale).find((each) => available.includes(each));
    if (found !== undefined) {
      return { available: found, locale };
    }
  }
  const [first = LAST_RESORT] = available;
  return { available: first, locale: first };
}

const RIGHT_TO_LEFT_SCRIPTS = ['Adlm', 'Arab', 'Hebr', 'Nkoo', 'Rohg', 'Syrc', 'Thaa'];

export function textDirectionOf(locale: string): 'ltr' | 'rtl' {
  const { script = '' } = new Intl.Locale(locale).maximize();
  return RIGHT_TO_LEFT_SCRIPTS.includes(script) ? 'rtl' : 'ltr';
}
