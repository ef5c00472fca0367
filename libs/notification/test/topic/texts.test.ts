import { defineTexts } from '@org/notification';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';

import { chooseLocale } from '../../src/internal/topic/locale.ts';
import { MessageRenderer } from '../../src/internal/topic/rendering.ts';
import { german } from '../../src/internal/topic/texts-de.ts';
import { english } from '../../src/internal/topic/texts-en.ts';
import { readableDuration } from '../../src/internal/topic/wording.ts';

const messages = new MessageRenderer();
const { branding } = messages;

/** Names and kinds of a text's arguments, those inside of plurals included. */
function argumentsOf(text: string): readonly string[] {
  const found = new Set<string>();
  JSON.stringify(new IntlMessageFormat(text).getAst(), (_key, part: unknown) => {
    if (typeof part === 'object' && part !== null && 'type' in part && 'value' in part) {
      // Literals have type 0, and # 7.
      if (part.type !== 0 && part.type !== 7) {
        found.add(`${String(part.value)}: ${String(part.type)}`);
      }
    }
    return part;
  });
  return [...found].sort();
}

describe('the German texts', () => {
  it('are as many as the English ones', () => {
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
  });

  it.each(Object.entries(english))('take the same arguments for %s', (key, text) => {
    expect(argumentsOf(german[key as keyof typeof english])).toEqual(argumentsOf(text));
  });

  it.each([
    [1, '1 Sekunde'],
    [90, '90 Sekunden'],
    [60, '1 Minute'],
    [300, '5 Minuten'],
    [3_600, '1 Stunde'],
    [7_200, '2 Stunden'],
  ])('say %d seconds as %s', (seconds, text) => {
    expect(readableDuration(seconds, { locale: 'de', timeZone: 'UTC', branding })).toBe(text);
  });

  it.each([
    [undefined, 'Das Passwort Ihres Kontos wurde geändert.'],
    [1, 'Das Passwort Ihres Kontos wurde am 1. Februar 2026 um 10:30 MEZ geändert.'],
    [3, 'Das Passwort Ihres Kontos wurde seit dem 1. Februar 2026 um 10:30 MEZ 3-mal geändert.'],
  ])('tell what happened %s times', (times, text) => {
    const since = new Date('2026-02-01T09:30:00Z');
    const repetition = times === undefined ? undefined : { times, since };
    const circumstances = { locale: 'de', timeZone: 'Europe/Vienna', repetition };

    expect(messages.renderPush('password-changed', {}, circumstances).body).toContain(text);
  });
});

describe('the language of a message', () => {
  const subjectIn = (locale: string | undefined, renderer = messages) =>
    renderer.renderEmail('password-changed', {}, { locale }).subject;

  it.each(['de', 'de-AT', 'de_AT', 'DE-at', 'de-Latn-CH'])('is German for %s', (locale) => {
    expect(subjectIn(locale)).toBe('Ihr Passwort wurde geändert');
  });

  it.each([undefined, '', 'en-US', 'fr', 'nonsense!', 'd', '*', 'a'.repeat(10_000), 'de\u0000'])(
    'is English for %j',
    (locale) => {
      expect(subjectIn(locale)).toBe('Your password was changed');
    },
  );

  it('is the program’s default for whom it cannot write', () => {
    const renderer = new MessageRenderer({ defaultLocale: 'de-AT' });

    expect([undefined, 'fr', '!'].map((locale) => subjectIn(locale, renderer))).toEqual(
      Array(3).fill('Ihr Passwort wurde geändert'),
    );
    expect(subjectIn('en-GB', renderer)).toBe('Your password was changed');
    expect(() => new MessageRenderer({ defaultLocale: 'german' })).toThrow(/^defaultLocale must/);
  });
});

describe('dates and times in a message', () => {
  const until = '2026-02-01T09:30:00.000Z';
  const dateFor = (locale: string, timeZone?: string) =>
    / (?:until|zum) (.*?)(?: wiederherstellen)?\.$/.exec(
      messages.renderSms('account-deleted', { restorableUntil: until }, { locale, timeZone }),
    )?.[1];

  it.each([
    ['en', undefined, '1 February 2026 at 09:30 UTC'],
    ['en', 'UTC', '1 February 2026 at 09:30 UTC'],
    ['en', 'Europe/Paris', '1 February 2026 at 10:30 CET'],
    ['en-US', 'America/New_York', 'February 1, 2026 at 4:30 AM EST'],
    ['de', 'Europe/Vienna', '1. Februar 2026 um 10:30 MEZ'],
    ['de-AT', 'Europe/Vienna', '1. Februar 2026 um 10:30 MEZ'],
    // In English, since there are no French texts.
    ['fr', 'Europe/Paris', '1 February 2026 at 10:30 CET'],
    ['en', 'Europe/Nowhere', '1 February 2026 at 09:30 UTC'],
    ['en', '', '1 February 2026 at 09:30 UTC'],
    ['en', 'x'.repeat(10_000), '1 February 2026 at 09:30 UTC'],
  ])('are those of %s in the zone %j', (locale, timeZone, date) => {
    expect(dateFor(locale, timeZone)).toBe(date);
  });
});

it('an SMS has no space that SMS lacks', () => {
  const templates = { 'password-changed': { sms: { fr: () => '1\u202f234\u00a0€' } } };
  const renderer = new MessageRenderer({ templates });

  expect(renderer.renderSms('password-changed', {}, { locale: 'fr' })).toBe('1 234 €');
});

describe(defineTexts, () => {
  const texts = defineTexts({
    en: {
      due: '{count, plural, one {# file} other {# files}}',
      price: '{sum, number, ::currency/EUR}',
    },
    pl: {
      due: '{count, plural, one {# plik} few {# pliki} many {# plików} other {# pliku}}',
      price: '{sum, number, ::currency/EUR}',
    },
  });
  const inLocale = (locale: string) => texts.in({ locale, timeZone: 'UTC' });

  it.each([
    [1, '1 plik'],
    [3, '3 pliki'],
    [5, '5 plików'],
    [22, '22 pliki'],
    [1.5, '1,5 pliku'],
  ])('chooses the plural of the language for %d', (count, text) => {
    expect(inLocale('pl')('due', { count })).toBe(text);
  });

  it('formats numbers as the recipient’s region does', () => {
    expect(inLocale('en-US')('price', { sum: 1234.5 })).toBe('€1,234.50');
    expect(inLocale('en-IN')('due', { count: 123_456 })).toBe('1,23,456 files');
  });

  it.each(['time', 'time, short', 'time, medium', 'time, long'])(
    'names the zone in each {when, %s}',
    (style) => {
      const when = new Date('2026-02-01T09:30:00Z');
      const texts = defineTexts({ en: { at: `{when, ${style}}` } });

      expect(texts.in({ locale: 'en', timeZone: 'Europe/Paris' })('at', { when })).toMatch(
        /^10:30(?::00)? CET$/,
      );
    },
  );

  it('falls back to English, with its dates and numbers', () => {
    expect(inLocale('de')('due', { count: 1234 })).toBe('1,234 files');
  });

  it('takes text for what it is', () => {
    const plain = defineTexts({ en: { text: "<b>{name}</b> don’t & it's" } });

    expect(plain.in({ locale: 'en', timeZone: 'UTC' })('text', { name: '{x} <i>' })).toBe(
      "<b>{x} <i></b> don’t & it's",
    );
  });

  it.each([{}, { count: undefined as never }, { other: 1 }])('refuses the values %j', (values) => {
    expect(() => inLocale('en')('due', values)).toThrow(/provided|missing/);
  });

  it('says which text is malformed, before it is needed', () => {
    const define = () => defineTexts({ en: { hello: 'Hello' }, de: { hello: 'Hallo {name' } });

    expect(define).toThrow('The text "Hallo {name" is malformed: EXPECT_ARGUMENT_CLOSING_BRACE');
  });
});

describe(chooseLocale, () => {
  it.each([
    [['de-AT'], ['en', 'de'], 'de', 'de-AT'],
    [['de-AT'], ['en', 'de-AT', 'de'], 'de-AT', 'de-AT'],
    [['fr', 'de-CH'], ['en', 'de'], 'de', 'de-CH'],
    [['fr'], ['en-GB', 'es'], 'en-GB', 'en-GB'],
    [['fr'], ['es', 'it'], 'es', 'es'],
    [['zh-Hant-TW'], ['zh', 'zh-Hant'], 'zh-Hant', 'zh-Hant-TW'],
    [['den'], ['de', 'en'], 'en', 'en'],
  ])('takes for %j of %j %s, as %s', (wanted, available, chosen, locale) => {
    expect(chooseLocale(wanted, available)).toEqual({ available: chosen, locale });
  });
});
