import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';

import { parseE164, parsePhoneNumber, toAsciiPhoneNumber } from './phone-number.ts';
import type { PhoneNumber } from './types.ts';

const MAXIMUM_LENGTH = 40;
/** Digits that begin with a country's code by their number alone: nobody's number within a country. */
const INTERNATIONAL_DIGITS = 12;

/**
 * As {@link parsePhoneNumber}, for a number that an earlier backend may have taken in other parts: the
 * whole of it in one of them, with a country's two letters (ISO 3166-1) as `country_code`, with `00` for
 * the plus, or with other signs than digits. Only for finding what is stored: no new number is read so.
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

/** Not where the country is anybody's guess: a code for it would go to a stranger. */
function parseJoined(countryCode: string, phoneNumber: string): PhoneNumber | undefined {
  const joined = countryCode + phoneNumber;
  const digits = joined.replace(/\D/g, '').replace(/^00/, '');
  const isInternational =
    /\d/.test(countryCode) || /^(?:\+|00)/.test(joined) || digits.length >= INTERNATIONAL_DIGITS;
  return isInternational ? parseE164(`+${digits}`) : undefined;
}

/** @param country where a number belongs that does not say it */
function parseWithin(country: string, phoneNumber: string): PhoneNumber | undefined {
  const parsed = parsePhoneNumberFromString(phoneNumber, {
    ...(isSupportedCountry(country) ? { defaultCountry: country } : {}),
    extract: false,
  });
  return parsed && parseE164(parsed.number);
}
