import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';

import type { PhoneNumber } from './types.ts';

const COUNTRY_CODE = /^\+?[1-9]\d{0,2}$/;
const MAXIMUM_LENGTH = 40;

/**
 * Normalises a phone number to `+<country calling code>` and national digits.
 *
 * @returns `undefined` unless it is a valid number of that country calling code by the metadata of
 *   Google's libphonenumber
 */
export function parsePhoneNumber(candidate: PhoneNumber): PhoneNumber | undefined {
  const countryCode = candidate.countryCode.trim();
  const phoneNumber = candidate.phoneNumber.trim();
  if (!COUNTRY_CODE.test(countryCode) || phoneNumber.length > MAXIMUM_LENGTH) {
    return undefined;
  }
  const callingCode = countryCode.replace('+', '');
  const parsed = parsePhoneNumberFromString(`+${callingCode} ${phoneNumber}`, { extract: false });
  const isOneOfThisCode =
    parsed?.isValid() === true &&
    parsed.countryCallingCode === callingCode &&
    parsed.ext === undefined;
  if (!isOneOfThisCode) {
    return undefined;
  }
  return { countryCode: `+${callingCode}`, phoneNumber: parsed.nationalNumber };
}

/** The number in E.164 form, such as `+919999999999`. */
export function formatE164(phoneNumber: PhoneNumber): string {
  return phoneNumber.countryCode + phoneNumber.phoneNumber;
}

/**
 * The two parts of a number in E.164 form.
 *
 * @returns `undefined` unless it is a valid number
 */
export function parseE164(e164: string): PhoneNumber | undefined {
  const parsed = parsePhoneNumberFromString(e164, { extract: false });
  return parsed?.isValid() === true && parsed.number === e164
    ? { countryCode: `+${parsed.countryCallingCode}`, phoneNumber: parsed.nationalNumber }
    : undefined;
}

/**
 * The calling code of a country, such as `+91` of `IN`. Several countries may share one.
 *
 * @param country two letters by ISO 3166-1
 * @returns `undefined` when there is no such country
 */
export function findCountryCallingCode(country: string): string | undefined {
  return isSupportedCountry(country) ? `+${getCountryCallingCode(country)}` : undefined;
}
