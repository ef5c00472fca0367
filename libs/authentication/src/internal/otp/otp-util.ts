import { randomInt, timingSafeEqual } from 'node:crypto';

import { formatE164, type PhoneNumber, type SecretKey } from '@org/core';

import type { OtpModel } from './store/otp-model.ts';

/** A code as it is stored. */
export type StoredOtp = OtpModel;

/** What a code is good for. */
export const OTP_PURPOSE = 'login';

/** A code may be tried this often, right or wrong. */
export const MAXIMUM_OTP_ATTEMPTS = 5;

const HMAC_PURPOSE = 'one-time password';

export interface OtpSettings {
  readonly length: number;
  readonly timeToLiveMilliseconds: number;
  /** Numbers that always get the same code, in E.164, and no message. */
  readonly testPhoneNumbers: readonly string[];
  readonly testCode: string;
  /** Country calling codes that codes are sent to; undefined: all. */
  readonly countryCodes: readonly string[] | undefined;
}

/** Makes codes, and recognizes them by what is stored. */
export class OtpUtil {
  readonly #secretKey: SecretKey;
  readonly #settings: OtpSettings;

  constructor(secretKey: SecretKey, settings: OtpSettings) {
    this.#secretKey = secretKey;
    this.#settings = settings;
  }

  isTestNumber(phoneNumber: PhoneNumber): boolean {
    return this.#settings.testPhoneNumbers.includes(formatE164(phoneNumber));
  }

  isServed({ countryCode }: PhoneNumber): boolean {
    return this.#settings.countryCodes?.includes(countryCode) ?? true;
  }

  generateCode(phoneNumber: PhoneNumber): string {
    const { length, testCode } = this.#settings;
    return this.isTestNumber(phoneNumber)
      ? testCode
      : Array.from({ length }, () => randomInt(10)).join('');
  }

  hashCode(phoneNumber: PhoneNumber, code: string): string {
    return this.#secretKey.hmac(HMAC_PURPOSE, message(phoneNumber, code)).toString('base64url');
  }

  /** Takes the same time whatever the code. */
  isCodeOf(otpHash: string, phoneNumber: PhoneNumber, code: string): boolean {
    const stored = Buffer.from(otpHash, 'base64url');
    return this.#secretKey
      .hmacs(HMAC_PURPOSE, message(phoneNumber, code))
      .map((mac) => mac.byteLength === stored.byteLength && timingSafeEqual(mac, stored))
      .includes(true);
  }
}

function message(phoneNumber: PhoneNumber, code: string): string {
  return JSON.stringify([OTP_PURPOSE, formatE164(phoneNumber), code]);
}

/** The fields that a number's codes are found by: both of them, or the index does not serve. */
export function toPhoneNumberFilter({ countryCode, phoneNumber }: PhoneNumber) {
  return {
    'phone_number.country_code': countryCode,
    'phone_number.phone_number': phoneNumber,
    purpose: OTP_PURPOSE,
  };
}

/** What a number's owner is told of a code that it got. */
export function exportOtp({ createdAt, expiresAt, status }: OtpModel): Record<string, unknown> {
  return { created_at: createdAt, expires_at: expiresAt, status };
}
