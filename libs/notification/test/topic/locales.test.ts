import { describe, expect, it } from 'vitest';

import {
  canonicalLocale,
  canonicalTimeZone,
  chooseLocale,
  textDirectionOf,
} from '../../src/internal/topic/locale.ts';

describe(canonicalLocale, () => {
  it.each([
    ['de', 'de'],
    ['DE_at', 'de-AT'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['de-AT-u-nu-latn', 'de-AT'],
    ['en-a-aaaaaaaa-bbbbbbbb-cccccccc-ddd', 'en'],
    ['gsw', 'gsw'],
  ])('of %j is %j', (text, locale) => {
    expect(canonicalLocale(text)).toBe(locale);
  });

  it.each(['', 'english', 'd', 'de--AT', '../etc', 'en-a-aaaaaaaa-bbbbbbbb-cccccccc-dddd'])(
    'of %j is none',
    (text) => {
      expect(canonicalLocale(text)).toBeUndefined();
    },
  );
});

describe(canonicalTimeZone, () => {
  it.each([
    ['UTC', 'UTC'],
    ['europe/vienna', 'Europe/Vienna'],
    ['America/Argentina/Buenos_Aires', expect.stringContaining('Buenos_Aires')],
  ])('of %j is %j', (text, zone) => {
    expect(canonicalTimeZone(text)).toEqual(zone);
  });

  it.each(['', 'Vienna', 'Mars/Olympus', 'x'.repeat(65)])('of %j is none', (text) => {
    expect(canonicalTimeZone(text)).toBeUndefined();
  });
});

describe(chooseLocale, () => {
  const available = ['fr', 'de', 'en', 'zh-Hant'];

  it.each([
    [['de'], 'de', 'de'],
    [['de-AT'], 'de', 'de-AT'],
    [['zh-Hant-TW'], 'zh-Hant', 'zh-Hant-TW'],
    [['it', 'de-CH'], 'de', 'de-CH'],
    [['it', 'zh'], 'en', 'en'],
    [[], 'en', 'en'],
  ])('of %j is %s, for the sake of %s', (wanted, chosen, locale) => {
    expect(chooseLocale(wanted, available)).toEqual({ available: chosen, locale });
  });

  it('is the first where there is no English, and English where there is none', () => {
    expect(chooseLocale(['it'], ['fr', 'de'])).toEqual({ available: 'fr', locale: 'fr' });
    expect(chooseLocale(['it'], [])).toEqual({ available: 'en', locale: 'en' });
  });
});

describe(textDirectionOf, () => {
  it.each(['ar', 'he-IL', 'fa', 'ur', 'ff-Adlm', 'nqo', 'rhg', 'syr', 'dv', 'uz-Arab'])(
    'of %s is from right to left',
    (locale) => {
      expect(textDirectionOf(locale)).toBe('rtl');
    },
  );

  it.each(['en', 'de-AT', 'ff', 'uz', 'ru', 'zh-Hant'])('of %s is from left to right', (locale) => {
    expect(textDirectionOf(locale)).toBe('ltr');
  });
});
