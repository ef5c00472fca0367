import { randomInt } from 'node:crypto';

import { areSameBytes, toAsciiDigits } from '@org/core';

import type { ConfiguredDependencies } from '../module-dependencies.ts';
import type { OtpSubject } from './otp-subject.ts';
import type { OtpModel } from './store/otp-model.ts';

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
export function readTypedCode(typed: unknown): string | undefined {
  return typeof typed === 'string' && typed.length <= MAXIMUM_TYPED_LENGTH
    ? toAsciiDigits(typed.replace(SEPARATORS, ''))
    : undefined;
}

/** Generates codes, and recognizes them by their stored hashes. */
export class OtpUtil {
  readonly #secretKey: ConfiguredDependencies['secretKey'];
  readonly #settings: ConfiguredDependencies['settings'];

  constructor({ secretKey, settings }: ConfiguredDependencies) {
    this.#secretKey = secretKey;
    this.#settings = settings;
  }

  /** How long codes are valid, as shown in messages: at least a minute. */
  lifeOfCode(): { readonly seconds: number; readonly minutes: number } {
    const seconds = Math.floor(this.#settings.otpTimeToLiveMilliseconds / SECOND);
    return { seconds, minutes: Math.max(1, Math.floor(seconds / SECONDS_PER_MINUTE)) };
  }

  generateCode(): string {
    const { otpLength: length } = this.#settings;
    return Array.from({ length }, () => randomInt(10)).join('');
  }

  hashCode(subject: OtpSubject, code: string): string {
    return this.#secretKey.hmac(HMAC_PURPOSE, message(subject, code)).toString('base64url');
  }

  /** Whether the typed text is the code of any of these; takes the same time for every code. */
  isCodeOfAny(otps: readonly OtpModel[], subject: OtpSubject, typed: unknown): boolean {
    const code = readTypedCode(typed);
    if (code === undefined) {
      return false;
    }
    const macs = this.#secretKey.hmacs(HMAC_PURPOSE, message(subject, code));
    return otps
      .map(({ otpHash }) => Buffer.from(otpHash, 'base64url'))
      .flatMap((stored) => macs.map((mac) => areSameBytes(mac, stored)))
      .includes(true);
  }
}

function message({ purpose, recipient }: OtpSubject, code: string): string {
  return JSON.stringify([purpose, recipient, code]);
}
