import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';

import { parseE164, parsePhoneNumber, toAsciiPhoneNumber } from './phone-number.ts';
import type { PhoneNumber } from './types.ts';

const MAXIMUM_LENGTH = 40;
/** From this length on, digits begin with a country code: no national number is as long. */
const INTERNATIONAL_DIGITS = 12;

/**
 * Like {@link parsePhoneNumber}, for a number that an earlier backend may have split differently:
 * all of it in one part, with a country's two letters (ISO 3166-1) as `country_code`, with `00` for
 * the plus, or with characters other than digits. Only for finding stored numbers, never for
 * reading new ones.
 *
 * @returns `undefined` unless it is a valid number
 */
export function parseStoredPhoneNumber(stored: PhoneNumber): PhoneNumber | undefined {
  const { countryCode, phoneNumber } = toAsciiPhoneNumber(stored);
  if (countryCode.length + phoneNumber.length > MAXIMUM_LENGTH) {
    return undefined;
  }
  return (
    parsePhoneNumber(stored) ??
    parseWithin(countryCode.toUpperCase(), phoneNumber) ??
    parseJoined(countryCode, phoneNumber)
  );
}

/** Not if the country would be a guess: a code might go to a stranger. */
function parseJoined(countryCode: string, phoneNumber: string): PhoneNumber | undefined {
  const joined = countryCode + phoneNumber;
  const digits = joined.replace(/\D/g, '').replace(/^00/, '');
  const isInternational =
    /\d/.test(countryCode) || /^(?:\+|00)/.test(joined) || digits.length >= INTERNATIONAL_DIGITS;
  return isInternational ? parseE164(`+${digits}`) : undefined;
}

/** @param country where the number belongs if it does not say so itself */
function parseWithin(country: string, phoneNumber: string): PhoneNumber | undefined {
  const parsed = parsePhoneNumberFromString(phoneNumber, {
    ...(isSupportedCountry(country) ? { defaultCountry: country } : {}),
    extract: false,
  });
  return parsed && parseE164(parsed.number);
}
