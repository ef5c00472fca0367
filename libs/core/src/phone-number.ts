import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';

import { toAsciiDigits } from './name-key.ts';
import type { PhoneNumber } from './types.ts';

const COUNTRY_CODE = /^\+?[1-9]\d{0,2}$/;
const MAXIMUM_LENGTH = 40;
/** For either part as sent, including surrounding blanks. */
const MAXIMUM_RAW_LENGTH = 4 * MAXIMUM_LENGTH;
const NO_NUMBER: PhoneNumber = { countryCode: '', phoneNumber: '' };

/** The number itself, or an empty one (which nobody has) if it is too long to process. */
export function boundPhoneNumber(candidate: PhoneNumber): PhoneNumber {
  const { countryCode, phoneNumber } = candidate;
  const length = Math.max(countryCode.length, phoneNumber.length);
  return length > MAXIMUM_RAW_LENGTH ? NO_NUMBER : candidate;
}

/** Both parts with digits and signs of other scripts converted to ASCII, and trimmed. */
export function toAsciiPhoneNumber(candidate: PhoneNumber): PhoneNumber {
  const { countryCode, phoneNumber } = boundPhoneNumber(candidate);
  return { countryCode: toAscii(countryCode), phoneNumber: toAscii(phoneNumber) };
}

/** Normalises a number; `undefined` unless libphonenumber calls it valid for that code. */
export function parsePhoneNumber(candidate: PhoneNumber): PhoneNumber | undefined {
  const { countryCode, phoneNumber } = toAsciiPhoneNumber(candidate);
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

function toAscii(text: string): string {
  return toAsciiDigits(text.normalize('NFKC')).trim();
}

/** What a message to a number may cost beyond the usual rate, and who may profit. */
export type PhoneNumberCost = 'usual' | 'special' | 'premium';

/** Numbers that are no person's phone, or that earn someone money. */
const SPECIAL_KINDS = new Set(['SHARED_COST', 'TOLL_FREE', 'PAGER', 'VOICEMAIL', 'UAN']);

/**
 * A normalised number's country, and whether it is special: premium rate, shared cost, toll-free, a
 * pager, a voice mailbox or a universal access number.
 *
 * @returns the country by ISO 3166-1: `undefined` if the number does not tell, such as a satellite
 *   phone's; the larger one if two share a range, as Finland and Åland do
 */
export function describePhoneNumber(phoneNumber: PhoneNumber): {
  readonly country: string | undefined;
  readonly cost: PhoneNumberCost;
} {
  const parsed = parsePhoneNumberFromString(formatE164(phoneNumber), { extract: false });
  const kind = parsed?.getType() ?? '';
  const special = SPECIAL_KINDS.has(kind) ? 'special' : 'usual';
  return { country: parsed?.country, cost: kind === 'PREMIUM_RATE' ? 'premium' : special };
}

/**
 * Whether an account may be created with a normalised number: not special, and in a country that is
 * served.
 *
 * @param countries by ISO 3166-1; default: all, including numbers without a country
 */
export function isServedPhoneNumber(
  phoneNumber: PhoneNumber,
  countries?: readonly string[],
): boolean {
  const { country, cost } = describePhoneNumber(phoneNumber);
  const isOfThose =
    countries === undefined || (country !== undefined && countries.includes(country));
  return cost === 'usual' && isOfThose;
}

/** The number in E.164 form, such as `+919999999999`. */
export function formatE164(phoneNumber: PhoneNumber): string {
  return phoneNumber.countryCode + phoneNumber.phoneNumber;
}

/** Splits a number in E.164 form; `undefined` unless it is a valid number. */
export function parseE164(e164: string): PhoneNumber | undefined {
  if (e164.length > MAXIMUM_LENGTH) {
    return undefined;
  }
  const parsed = parsePhoneNumberFromString(e164, { extract: false });
  return parsed?.isValid() === true && parsed.number === e164
    ? { countryCode: `+${parsed.countryCallingCode}`, phoneNumber: parsed.nationalNumber }
    : undefined;
}

/** The calling code, such as `+91` for `IN` (ISO 3166-1); `undefined` for an unknown country. */
export function findCountryCallingCode(country: string): string | undefined {
  return isSupportedCountry(country) ? `+${getCountryCallingCode(country)}` : undefined;
}
