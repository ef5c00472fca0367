import { findRepeatedSecretKeys, formatE164, isServedPhoneNumber } from '@org/core';

import type { Config } from './config.ts';
import { HOW_TO_MAKE_A_SECRET_KEY } from './settings/storage-settings.ts';

/** Settings of which each is right, and both together are not. */
export function findContradictions(config: Config): readonly string[] {
  const {
    PORT: port,
    OTP_TEST_PHONE_NUMBERS: testNumbers,
    PHONE_COUNTRIES: phoneCountries,
  } = config;
  const countries = phoneCountries.length === 0 ? undefined : phoneCountries;
  const session = Math.min(config.SESSION_INACTIVITY_TTL, config.SESSION_ABSOLUTE_TTL);
  const problems: [isProblem: boolean, message: string][] = [
    [
      config.ROLE !== 'worker' && port !== 0 && config.METRICS_PORT === port,
      'METRICS_PORT must be another port than PORT',
    ],
    [
      config.ACCESS_TOKEN_TTL > session,
      'ACCESS_TOKEN_TTL must be at most SESSION_INACTIVITY_TTL and SESSION_ABSOLUTE_TTL',
    ],
    [
      config.OTP_TEST_CODE === undefined && testNumbers.length > 0,
      'OTP_TEST_PHONE_NUMBERS needs OTP_TEST_CODE: the one-time password of these numbers',
    ],
    ...testNumbers.map((number): [boolean, string] => [
      !isServedPhoneNumber(number, countries),
      `OTP_TEST_PHONE_NUMBERS must be numbers that codes are for, in PHONE_COUNTRIES and of no special rate, but has ${formatE164(number)}`,
    ]),
  ];
  return [
    ...findRepeatedSecretKeys({
      SECRET_KEY: config.SECRET_KEY,
      SECRET_KEY_NEXT: config.SECRET_KEY_NEXT,
      SECRET_KEY_PREVIOUS: config.SECRET_KEY_PREVIOUS,
    }),
    ...problems.flatMap(([isProblem, message]) => (isProblem ? [message] : [])),
  ];
}

/** What production may not do without, each with what to set. */
export function findProductionProblems(config: Config): readonly string[] {
  const problems: [isProblem: boolean, message: string][] = [
    [
      config.MONGODB_URI === undefined,
      'MONGODB_URI is required in production: the connection string of your MongoDB',
    ],
    [
      config.SECRET_KEY === undefined,
      `SECRET_KEY is required in production; ${HOW_TO_MAKE_A_SECRET_KEY}`,
    ],
    [
      !config.WEB_APP_URL.startsWith('https://'),
      'WEB_APP_URL is required in production: the https address of your web app',
    ],
    [
      config.OTP_TEST_CODE !== undefined && config.OTP_TEST_PHONE_NUMBERS.length === 0,
      'OTP_TEST_CODE needs OTP_TEST_PHONE_NUMBERS in production: the numbers that it is for',
    ],
  ];
  return problems.flatMap(([isProblem, message]) => (isProblem ? [message] : []));
}
