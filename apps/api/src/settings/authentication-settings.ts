import { findCountryCallingCode, isVisible, parseE164, setting } from '@org/core';

const { duration, flag, list, text, wholeNumber } = setting;

const LONGEST_CLAIM = 255;

/** Every token contains it, and headers have limited room. */
const claim = {
  accepts: (value: string) => isVisible(value) && value.length <= LONGEST_CLAIM,
  expected: `a text without blanks around it, of at most ${LONGEST_CLAIM} characters`,
};

/** How accounts authenticate, and for how long. */
export const authenticationSettings = {
  ACCESS_TOKEN_TTL: duration({
    longest: '1d',
    byDefault: '15m',
    description: 'How long an access token is valid',
  }),
  ACCESS_TOKEN_ISSUER: text({ byDefault: 'org-api', description: '`iss` of access tokens' }, claim),
  ACCESS_TOKEN_AUDIENCE: text(
    { byDefault: 'org-api', description: '`aud` of access tokens' },
    claim,
  ),
  SESSION_INACTIVITY_TTL: duration({
    byDefault: '30d',
    description: 'How long a session lives without being used',
  }),
  SESSION_ABSOLUTE_TTL: duration({
    byDefault: '90d',
    description: 'How long a session lives at most',
  }),
  SESSION_MAX_PER_ACCOUNT: wholeNumber({
    from: 1,
    to: 1_000,
    byDefault: '50',
    description: 'Sessions of one account at a time; one more ends the one used longest ago',
  }),
  RECENT_AUTHENTICATION: flag({
    byDefault: 'on',
    description:
      'Whether deletion, export, changes of contact and ending other sessions need a recent authentication; changes by operators always do',
  }),
  RECENT_AUTHENTICATION_TTL: duration({
    longest: '1d',
    byDefault: '10m',
    description: 'How long an authentication is recent',
  }),
  OTP_LENGTH: wholeNumber({
    from: 6,
    to: 10,
    byDefault: '6',
    description: 'Digits of a one-time password',
  }),
  OTP_TTL: duration({
    longest: '1d',
    byDefault: '5m',
    description: 'How long a one-time password is valid',
  }),
  OTP_TEST_CODE: text(
    {
      isSecret: true,
      description: 'The one-time password of OTP_TEST_PHONE_NUMBERS, which are sent none',
    },
    { accepts: (code) => /^[0-9]{6,10}$/.test(code), expected: 'six to ten digits' },
  ),
  OTP_TEST_PHONE_NUMBERS: list(
    {
      description:
        'Numbers in E.164 form, comma separated, that OTP_TEST_CODE is for; unset, all of them (not in production)',
    },
    parseE164,
    'phone numbers in E.164 form',
  ),
  PHONE_COUNTRIES: list(
    {
      description:
        'Countries as two letters (ISO 3166-1), comma separated, whose numbers new accounts may have; unset, all',
    },
    (country) => (findCountryCallingCode(country) === undefined ? undefined : country),
    'countries as two letters',
  ),
  PASSWORD_MIN_LENGTH: wholeNumber({
    from: 1,
    to: 128,
    byDefault: '8',
    description: 'Characters that a new password needs; 15 is recommended without a second factor',
  }),
  PASSWORD_BLOCKLIST: flag({
    byDefault: 'on',
    description: 'Whether common passwords are refused',
  }),
  PASSWORD_HASHING_PROCESS: flag({
    byDefault: 'on',
    description:
      'Whether passwords are hashed in a process of lower priority, on every core that is idle. Under a CPU quota there is no such process',
  }),
  RATE_LIMITS: flag({
    byDefault: 'on',
    description:
      'Whether requests are throttled, the resend pause included; `off` is for benchmarks and contract tests',
  }),
};
