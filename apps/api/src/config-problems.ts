import { formatE164, isServedPhoneNumber } from '@org/core';

import type { Config } from './config.ts';
import { HOW_TO_MAKE_A_SECRET_KEY } from './settings/setting-parsers.ts';

/** Settings of which each is right, and both together are not. */
export function findContradictions(config: Config): readonly string[] {
  const { port, metricsPort, otpTestCode, otpTestPhoneNumbers, phoneCountries } = config;
  const countries = phoneCountries.length === 0 ? undefined : phoneCountries;
  const session = Math.min(config.sessionInactivityTimeToLive, config.sessionAbsoluteTimeToLive);
  const problems: [isProblem: boolean, message: string][] = [
    [
      config.role !== 'worker' && port !== 0 && metricsPort === port,
      'METRICS_PORT must be another port than PORT',
    ],
    [
      config.accessTokenTimeToLive > session,
      'ACCESS_TOKEN_TTL must be at most SESSION_INACTIVITY_TTL and SESSION_ABSOLUTE_TTL',
    ],
    [
      otpTestCode === undefined && otpTestPhoneNumbers.length > 0,
      'OTP_TEST_PHONE_NUMBERS needs OTP_TEST_CODE: the one-time password of these numbers',
    ],
    ...otpTestPhoneNumbers.map((number): [boolean, string] => [
      !isServedPhoneNumber(number, countries),
      `OTP_TEST_PHONE_NUMBERS must be numbers that codes are for, in PHONE_COUNTRIES and of no special rate, but has ${formatE164(number)}`,
    ]),
  ];
  return problems.flatMap(([isProblem, message]) => (isProblem ? [message] : []));
}

/** What production may not do without, each with what to set. */
export function findProductionProblems(config: Config): readonly string[] {
  const problems: [isProblem: boolean, message: string][] = [
    [
      config.mongodbUri === undefined,
      'MONGODB_URI is required in production: the connection string of your MongoDB',
    ],
    [
      config.secretKey === undefined,
      `SECRET_KEY is required in production; ${HOW_TO_MAKE_A_SECRET_KEY}`,
    ],
    [
      !config.webAppUrl.startsWith('https://'),
      'WEB_APP_URL is required in production: the https address of your web app',
    ],
    [
      config.otpTestCode !== undefined && config.otpTestPhoneNumbers.length === 0,
      'OTP_TEST_CODE needs OTP_TEST_PHONE_NUMBERS in production: the numbers that it is for',
    ],
  ];
  return problems.flatMap(([isProblem, message]) => (isProblem ? [message] : []));
}
