import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';

import { toAsciiDigits } from './name-key.ts';
import type { PhoneNumber } from './types.ts';

const COUNTRY_CODE = /^\+?[1-9]\d{0,2}$/;
const MAXIMUM_LENGTH = 40;
/** Of either part as it was sent, blanks around it included. */
const MAXIMUM_RAW_LENGTH = 4 * MAXIMUM_LENGTH;
const NO_NUMBER: PhoneNumber = { countryCode: '', phoneNumber: '' };

/** The number itself, or an empty one if it is too long to be worth a look; that is nobody's. */
export function boundPhoneNumber(candidate: PhoneNumber): PhoneNumber {
  const { countryCode, phoneNumber } = candidate;
  const length = Math.max(countryCode.length, phoneNumber.length);
  return length > MAXIMUM_RAW_LENGTH ? NO_NUMBER : candidate;
}

/** Both parts with ASCII's digits and signs for those of other scripts, and no blanks around. */
export function toAsciiPhoneNumber(candidate: PhoneNumber): PhoneNumber {
  const { countryCode, phoneNumber } = boundPhoneNumber(candidate);
  return { countryCode: toAscii(countryCode), phoneNumber: toAscii(phoneNumber) };
}

/**
 * Normalises a phone number to `+<country calling code>` and national digits.
 *
 * @returns `undefined` unless it is a valid number of that country calling code by the metadata of
 *   Google's libphonenumber
 */
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

/** What a message to a number may cost beyond the usual, and to whom. */
export type PhoneNumberCost = 'usual' | 'special' | 'premium';

/** Numbers that are no person's phone, and those that somebody earns by. */
const SPECIAL_KINDS = new Set(['SHARED_COST', 'TOLL_FREE', 'PAGER', 'VOICEMAIL', 'UAN']);

/**
 * Where a normalised number belongs, and whether it is a special one: premium rate, or shared cost,
 * toll-free, a pager, a voice mailbox or a universal access number.
 *
 * @returns the country by ISO 3166-1: `undefined` where the number does not tell, as a satellite's; the
 *   larger one where two share a range, as Finland and Åland do
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
 * Whether an account may be created with a normalised number: of no special kind, and of a country that
 * is served.
 *
 * @param countries by ISO 3166-1; default: all, and numbers of none
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

/**
 * The two parts of a number in E.164 form.
 *
 * @returns `undefined` unless it is a valid number
 */
export function parseE164(e164: string): PhoneNumber | undefined {
  if (e164.length > MAXIMUM_LENGTH) {
    return undefined;
  }
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
