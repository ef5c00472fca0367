import { duration, optionalText, text, wholeNumber, word } from './setting-types.ts';

/** How accounts prove who they are, and for how long. */
export const authenticationSettings = {
  ACCESS_TOKEN_TTL: duration('15m', 'How long an access token is good'),
  ACCESS_TOKEN_ISSUER: text('org-api', '`iss` of access tokens'),
  ACCESS_TOKEN_AUDIENCE: text('org-api', '`aud` of access tokens'),
  SESSION_INACTIVITY_TTL: duration('30d', 'How long a session lives without being used'),
  SESSION_ABSOLUTE_TTL: duration('90d', 'How long a session lives at most'),
  SESSION_MAX_PER_ACCOUNT: wholeNumber(
    50,
    [1, 1_000],
    'Sessions of one account at a time; one more ends the oldest',
  ),
  OTP_LENGTH: wholeNumber(6, [6, 10], 'Digits of a one-time password'),
  OTP_TTL: duration('5m', 'How long a one-time password is good'),
  OTP_TEST_CODE: optionalText(
    'The one-time password of OTP_TEST_PHONE_NUMBERS, which are sent none',
    { pattern: '^[0-9]{6,10}$', expected: 'six to ten digits', isSecret: true },
  ),
  OTP_TEST_PHONE_NUMBERS: optionalText(
    'Numbers in E.164 form, comma separated, that OTP_TEST_CODE is for; unset, all of them (not in production)',
  ),
  PHONE_COUNTRIES: optionalText(
    'Countries as two letters (ISO 3166-1), comma separated, whose numbers may be used; unset, all',
  ),
  PASSWORD_MIN_LENGTH: wholeNumber(
    8,
    [1, 128],
    'Characters that a new password needs; 15 is recommended without a second factor',
  ),
  PASSWORD_BLOCKLIST: word(['on', 'off'], 'Whether common passwords are refused', {
    default: 'on',
  }),
  RATE_LIMITS: word(
    ['on', 'off'],
    'Whether requests are throttled, the resend pause included; `off` is for benchmarks and contract tests',
    { default: 'on' },
  ),
};
