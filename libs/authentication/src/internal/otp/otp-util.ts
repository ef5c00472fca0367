import { randomInt } from 'node:crypto';

import {
  areSameBytes,
  describePhoneNumber,
  isServedPhoneNumber,
  formatE164,
  toAsciiDigits,
  type PhoneNumber,
} from '@org/core';
import type { OtpRequestParams, VerifyOtpParams } from '../../types.ts';
import type { ConfiguredDependencies } from '../module-dependencies.ts';
import type { OtpModel } from './store/otp-model.ts';

/** What a code is valid for. */
export const OTP_PURPOSE = 'login';

/** How many times a code may be tried, right or wrong. */
const MAXIMUM_OTP_ATTEMPTS = 5;
/** The remaining ones are reserved for sources that the number's owner has logged in from. */
const MAXIMUM_STRANGERS_OTP_ATTEMPTS = 3;

/** Longer than any code with the separators that people type, in UTF-16 code units. */
const MAXIMUM_TYPED_LENGTH = 64;
/**
 * Blanks, hyphens, dots, keycap frames and invisible characters, as mail programs and keyboards
 * insert them into numbers.
 */
const SEPARATORS = /[\s\p{Pd}\p{Cf}\p{Default_Ignorable_Code_Point}\u2212.\u00b7]|\u20e3/gu;

const HMAC_PURPOSE = 'one-time password';

const SECOND = 1_000;
const SECONDS_PER_MINUTE = 60;

/** @returns the digits of a typed code; `undefined` if it cannot be one */
function readTypedCode(typed: unknown): string | undefined {
  return typeof typed === 'string' && typed.length <= MAXIMUM_TYPED_LENGTH
    ? toAsciiDigits(typed.replace(SEPARATORS, ''))
    : undefined;
}

/** Generates codes, and recognizes them by their stored hashes. */
export class OtpUtil {
  readonly #secretKey: ConfiguredDependencies['secretKey'];
  readonly #settings: ConfiguredDependencies['settings'];
  /** In E.164. */
  readonly #testNumbers: readonly string[];

  constructor({ secretKey, settings }: ConfiguredDependencies) {
    this.#secretKey = secretKey;
    this.#settings = settings;
    this.#testNumbers = settings.otpTest.phoneNumbers.map(formatE164);
  }

  isTestNumber(phoneNumber: PhoneNumber): boolean {
    return this.#testNumbers.length === 0
      ? this.#settings.otpTest.code !== ''
      : this.#testNumbers.includes(formatE164(phoneNumber));
  }

  /** Whether codes are sent to the number, whether or not an account has verified it. */
  isServed({ phoneNumber, isProved = false }: OtpRequestParams): boolean {
    return isProved
      ? describePhoneNumber(phoneNumber).cost !== 'premium'
      : isServedPhoneNumber(phoneNumber, this.#settings.phoneCountries);
  }

  /** How long codes are valid, as shown in messages: at least a minute. */
  lifeOfCode(): { readonly seconds: number; readonly minutes: number } {
    const seconds = Math.floor(this.#settings.otpTimeToLiveMilliseconds / SECOND);
    return { seconds, minutes: Math.max(1, Math.floor(seconds / SECONDS_PER_MINUTE)) };
  }

  generateCode(phoneNumber: PhoneNumber): string {
    const { otpLength: length, otpTest } = this.#settings;
    return this.isTestNumber(phoneNumber)
      ? (readTypedCode(otpTest.code) ?? otpTest.code)
      : Array.from({ length }, () => randomInt(10)).join('');
  }

  hashCode(phoneNumber: PhoneNumber, code: string): string {
    return this.#secretKey.hmac(HMAC_PURPOSE, message(phoneNumber, code)).toString('base64url');
  }

  /** Whether the typed text is the code of any of these; takes the same time for every code. */
  isCodeOfAny(otps: readonly OtpModel[], phoneNumber: PhoneNumber, typed: unknown): boolean {
    const code = readTypedCode(typed);
    if (code === undefined) {
      return false;
    }
    const macs = this.#secretKey.hmacs(HMAC_PURPOSE, message(phoneNumber, code));
    return otps
      .map(({ otpHash }) => Buffer.from(otpHash, 'base64url'))
      .flatMap((stored) => macs.map((mac) => areSameBytes(mac, stored)))
      .includes(true);
  }
}

/** How many attempts at a code, by anyone, may have been made before one is refused. */
export function maximumAttemptsOf({ isFromStranger = false }: VerifyOtpParams): number {
  return isFromStranger ? MAXIMUM_STRANGERS_OTP_ATTEMPTS : MAXIMUM_OTP_ATTEMPTS;
}

function message(phoneNumber: PhoneNumber, code: string): string {
  return JSON.stringify([OTP_PURPOSE, formatE164(phoneNumber), code]);
}

/** The fields that find a number's codes: both are needed to use the index. */
export function toPhoneNumberFilter({ countryCode, phoneNumber }: PhoneNumber) {
  return {
    'phone_number.country_code': countryCode,
    'phone_number.phone_number': phoneNumber,
    purpose: OTP_PURPOSE,
  };
}
