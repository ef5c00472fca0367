import {
  addDotenv,
  findRepeatedSecretKeys,
  formatE164,
  isServedPhoneNumber,
  readSettings,
  SettingsError,
  type Environment,
} from '@org/core';
import type { WebPushSettings } from '@org/notification';

import {
  toEmailConfig,
  toPushConfig,
  toSmsConfig,
  type EmailConfig,
  type SmsConfig,
} from './settings/delivery-config.ts';
import { settings, type Settings } from './settings/settings.ts';
import { HOW_TO_MAKE_A_SECRET_KEY } from './settings/storage-settings.ts';

/** Which part of the work a process does. */
export type Role = 'api' | 'worker' | 'all';

/**
 * The program's configuration: the settings by name, durations in milliseconds, plus the following.
 */
export interface Config extends Settings {
  readonly ROLE: Role;
  readonly API_DOCS: boolean;
  readonly SHUTDOWN_DELAY: number;
  /** Without a trailing slash. */
  readonly WEB_APP_URL: string;
  readonly email: EmailConfig;
  readonly sms: SmsConfig;
  /** Undefined: push is off. */
  readonly push: WebPushSettings | undefined;
}

/**
 * Reads the settings. A variable that is set but empty counts as not set.
 *
 * @param isServing false for a command line, which does not need what production requires
 * @throws SettingsError
 */
export function readConfig(environment: Environment, isServing = true): Config {
  const { values, problems } = readSettings(settings, environment);
  const contradictions: string[] = [];
  const config = toConfig(values, contradictions);
  contradictions.push(...findContradictions(config));
  if (isServing && config.NODE_ENV === 'production') {
    contradictions.push(...findProductionProblems(config));
  }
  // Nothing else is known about a rejected setting.
  const refused = problems.map((problem) => problem.split(' ')[0] ?? '');
  const others = contradictions.filter(
    (problem) => !refused.some((name) => problem.includes(name)),
  );
  if (problems.length + others.length > 0) {
    throw new SettingsError([...problems, ...others]);
  }
  return config;
}

/**
 * The process's environment on top of a `.env` file, and names in that file that are probably
 * misspelt.
 */
export function readEnvironment(): {
  readonly environment: Environment;
  readonly unknownNames: readonly string[];
} {
  const { environment, namesInFile } = addDotenv(process.env);
  return {
    environment,
    unknownNames: namesInFile.filter(
      (name) => !Object.hasOwn(settings, name.replace(/_FILE$/, '')),
    ),
  };
}

function toConfig(values: Settings, problems: string[]): Config {
  const { NODE_ENV: environment } = values;
  return {
    ...values,
    ROLE: values.ROLE ?? (environment === 'development' ? 'all' : 'api'),
    API_DOCS: values.API_DOCS ?? environment !== 'production',
    SHUTDOWN_DELAY: values.SHUTDOWN_DELAY ?? 0,
    WEB_APP_URL: (values.WEB_APP_URL ?? 'http://localhost:3000').replace(/\/+$/, ''),
    email: toEmailConfig(values, problems),
    sms: toSmsConfig(values, problems),
    push: toPushConfig(values, problems),
  };
}

/** Settings that are valid on their own but not together. */
function findContradictions(config: Config): readonly string[] {
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

/** What production requires but is missing, with the settings to change. */
function findProductionProblems(config: Config): readonly string[] {
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
      'WEB_APP_URL is required in production, with https: the address of your web app',
    ],
    [
      config.OTP_TEST_CODE !== undefined && config.OTP_TEST_PHONE_NUMBERS.length === 0,
      'OTP_TEST_CODE needs OTP_TEST_PHONE_NUMBERS in production: the numbers that it is for',
    ],
  ];
  return problems.flatMap(([isProblem, message]) => (isProblem ? [message] : []));
}
