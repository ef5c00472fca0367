import { formatE164, parseE164, parsePhoneNumber } from '@org/core';
import google, { type GoogleNumber } from 'google-libphonenumber';
import { describe, expect, it } from 'vitest';

const { PhoneNumberFormat, PhoneNumberType } = google;
const judge = google.PhoneNumberUtil.getInstance();
const DIGITS = '0123456789';

/**
 * Where the two differ. `google-libphonenumber` 3.2.47 carries numbering plans some months older
 * than those of `libphonenumber-js` 1.13.16; Google's plans of 2026 say what the latter does.
 */
const DIFFERENCES: Readonly<Record<string, string>> = {
  '+22981123456': 'Benin has ten digits since 2024-11',
  '+22981751234': 'as above',
  '+22985751234': 'as above',
  '+2631312345': 'Zimbabwe: shorter than the area of Bulawayo and Gwanda now has',
  '+2632001234': 'as above, Mutare',
  '+2672101234': 'Botswana: a fixed range opened since',
  '+2672501234': 'as above',
  '+2675012345': 'as above',
  '+2676012345': 'as above',
  '+2676401234': 'as above',
  '+29091234': 'Saint Helena: mobile ranges opened since',
  '+29092158': 'as above',
  '+29096212': 'as above',
  '+40600123456': 'Romania: a mobile range withdrawn since',
  '+4537123456': 'Denmark: a range withdrawn since',
  '+4537412345': 'as above',
  '+50620123456': 'Costa Rica: a fixed range withdrawn since',
  '+593931234567': 'Ecuador: a mobile range opened since',
  '+8563023123456': 'Laos: a range narrowed since',
  '+864101234567': 'China: freephone numbers of twelve digits no longer begin with 410',
};

/** One number of each kind that a region or a network without one has. */
const examples: readonly GoogleNumber[] = [
  ...judge
    .getSupportedRegions()
    .flatMap((region) =>
      Object.values(PhoneNumberType).map((type) => judge.getExampleNumberForType(region, type)),
    ),
  ...judge
    .getSupportedGlobalNetworkCallingCodes()
    .map((code) => judge.getExampleNumberForNonGeoEntity(code)),
].filter((example) => example !== null);

/** The numbers themselves, and others near them: cut, longer, with other first digits. */
const nearby = new Map(
  examples.flatMap((example) => {
    const { countryCode, national } = split(example);
    return [
      ...Array.from(national, (_, index) => national.slice(0, index + 1)),
      ...['0', '00'].map((more) => national + more),
      ...Array.from(DIGITS, (digit) => digit + national.slice(1)),
      ...Array.from(DIGITS, (digit) => national.slice(0, 1) + digit + national.slice(2)),
    ].map((phoneNumber) => [countryCode + phoneNumber, { countryCode, phoneNumber }]);
  }),
);

function split(example: GoogleNumber): { readonly countryCode: string; readonly national: string } {
  const countryCode = `+${example.getCountryCode()}`;
  const e164 = judge.format(example, PhoneNumberFormat.E164);
  return { countryCode, national: e164.slice(countryCode.length) };
}

function e164OfGoogle(text: string): string | undefined {
  try {
    const parsed = judge.parse(text);
    return judge.isValidNumber(parsed) ? judge.format(parsed, PhoneNumberFormat.E164) : undefined;
  } catch {
    // Too short to be a number.
    return undefined;
  }
}

function e164OfOurs(countryCode: string, phoneNumber: string): string | undefined {
  const parsed = parsePhoneNumber({ countryCode, phoneNumber });
  return parsed && formatE164(parsed);
}

describe("Google's example numbers", () => {
  it('are the same in E.164 form, however Google formats them', () => {
    const different = new Set<string>();
    for (const example of examples) {
      const { countryCode, national } = split(example);
      const forms = [
        national,
        judge.format(example, PhoneNumberFormat.NATIONAL),
        judge.format(example, PhoneNumberFormat.INTERNATIONAL).slice(countryCode.length),
      ];
      const e164 = countryCode + national;
      if (forms.some((form) => e164OfOurs(countryCode, form) !== e164)) {
        different.add(e164);
      }
    }
    expect(examples.length).toBe(1_386);
    expect([...different].sort()).toEqual(['+22981123456', '+22985751234', '+2631312345']);
  });

  it('are valid where Google says so, as are numbers near them, but for the listed ones', () => {
    const different = [...nearby]
      .filter(([text, { countryCode, phoneNumber }]) => {
        const expected = e164OfGoogle(text);
        const isOfOurs = parseE164(text) !== undefined;
        return (
          e164OfOurs(countryCode, phoneNumber) !== expected || isOfOurs !== (text === expected)
        );
      })
      .map(([text]) => text);
    expect(nearby.size).toBe(26_674);
    expect(different.sort()).toEqual(Object.keys(DIFFERENCES).sort());
  });
});
