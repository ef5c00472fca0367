import { SecretKey } from '@org/core';
import { describe, expect, it } from 'vitest';

import { OtpUtil, readTypedCode } from '../src/internal/otp/otp-util.ts';

const root = Buffer.alloc(32, 1);
const settings = { otpLength: 6, otpTimeToLiveMilliseconds: 300_000 };

function utilWith(options: object = {}, secretKey = SecretKey.create({ current: root })): OtpUtil {
  return new OtpUtil({ secretKey, settings: { ...settings, ...options } } as never);
}

const subject = { purpose: 'login', recipient: '+919999999999' } as never;
const util = utilWith();
const stored = (code: string, of = subject) => ({ otpHash: util.hashCode(of, code) }) as never;

describe(readTypedCode, () => {
  it.each([
    ['123456', '123456'],
    ['123 456', '123456'],
    ['123-456', '123456'],
    ['123\u2013456', '123456'],
    ['123\u2212456', '123456'],
    ['1.2.3', '123'],
    ['1\u00b72\u200b3', '123'],
    ['1\ufe0f\u20e32\ufe0f\u20e3', '12'],
    ['\u0661\u0662\u0663', '123'],
    ['12a', '12a'],
    ['1'.repeat(64), '1'.repeat(64)],
  ])('of %j is %j', (typed, code) => {
    expect(readTypedCode(typed)).toBe(code);
  });

  it.each([undefined, null, 123_456, ['123456'], { $gt: '' }, '1'.repeat(65)])(
    'of %j is none',
    (typed) => {
      expect(readTypedCode(typed)).toBeUndefined();
    },
  );
});

describe(OtpUtil, () => {
  it.each([
    [300_000, 300, 5],
    [90_999, 90, 1],
    [30_000, 30, 1],
  ])('tells that a code lives %i ms', (otpTimeToLiveMilliseconds, seconds, minutes) => {
    expect(utilWith({ otpTimeToLiveMilliseconds }).lifeOfCode()).toEqual({ seconds, minutes });
  });

  it.each([4, 6, 10])('makes codes of %i random digits', (otpLength) => {
    const codes = Array.from({ length: 100 }, () => utilWith({ otpLength }).generateCode());

    expect(codes.filter((code) => !/^\d+$/.test(code) || code.length !== otpLength)).toEqual([]);
    expect(new Set(codes).size).toBeGreaterThan(90);
    expect(new Set(codes.join('')).size).toBe(10);
  });

  it('keeps no code, but what only the secret key makes of it', () => {
    const stranger = utilWith({}, SecretKey.create({ current: Buffer.alloc(32, 2) }));

    expect(util.hashCode(subject, '123456')).toMatch(/^[\w-]{43}$/);
    expect(stranger.hashCode(subject, '123456')).not.toBe(util.hashCode(subject, '123456'));
  });

  it('recognizes a code among several, however it is typed', () => {
    const otps = [stored('111111'), stored('123456'), stored('222222')];

    expect(util.isCodeOfAny(otps, subject, '123 456')).toBe(true);
    expect(util.isCodeOfAny(otps, subject, '123457')).toBe(false);
    expect(util.isCodeOfAny(otps, subject, undefined)).toBe(false);
    expect(util.isCodeOfAny([], subject, '123456')).toBe(false);
  });

  it.each([
    ['purpose', { purpose: 'sign-up', recipient: '+919999999999' }],
    ['recipient', { purpose: 'login', recipient: '+919999999998' }],
  ])('refuses the code of another %s', (_what, of) => {
    expect(util.isCodeOfAny([stored('123456', of as never)], subject, '123456')).toBe(false);
  });

  it('recognizes a code that was made with the key of before', () => {
    const changed = SecretKey.create({ current: Buffer.alloc(32, 2), previous: root });

    expect(utilWith({}, changed).isCodeOfAny([stored('123456')], subject, '123456')).toBe(true);
  });
});
