import { duration, optionalText, text, VISIBLE, wholeNumber, word } from './setting-types.ts';

const LONGEST_CLAIM = 255;

/** Each token holds it, and a header has no room for one that is endless. */
const claim = {
  accepts: (value: string) => VISIBLE.accepts(value) && value.length <= LONGEST_CLAIM,
  expected: `${VISIBLE.expected}, of at most ${LONGEST_CLAIM} characters`,
};

/** How accounts prove who they are, and for how long. */
export const authenticationSettings = {
  ACCESS_TOKEN_TTL: duration('15m', 'How long an access token is good', '1d'),
  ACCESS_TOKEN_ISSUER: text('org-api', '`iss` of access tokens', claim),
  ACCESS_TOKEN_AUDIENCE: text('org-api', '`aud` of access tokens', claim),
  SESSION_INACTIVITY_TTL: duration('30d', 'How long a session lives without being used'),
  SESSION_ABSOLUTE_TTL: duration('90d', 'How long a session lives at most'),
  SESSION_MAX_PER_ACCOUNT: wholeNumber(
    50,
    [1, 1_000],
    'Sessions of one account at a time; one more ends the one used longest ago',
  ),
  OTP_LENGTH: wholeNumber(6, [6, 10], 'Digits of a one-time password'),
  OTP_TTL: duration('5m', 'How long a one-time password is good', '1d'),
  OTP_TEST_CODE: optionalText(
    'The one-time password of OTP_TEST_PHONE_NUMBERS, which are sent none',
    {
      accepts: (code) => /^[0-9]{6,10}$/.test(code),
      expected: 'six to ten digits',
      isSecret: true,
    },
  ),
  OTP_TEST_PHONE_NUMBERS: optionalText(
    'Numbers in E.164 form, comma separated, that OTP_TEST_CODE is for; unset, all of them (not in production)',
  ),
  PHONE_COUNTRIES: optionalText(
    'Countries as two letters (ISO 3166-1), comma separated, whose numbers new accounts may have; unset, all',
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
