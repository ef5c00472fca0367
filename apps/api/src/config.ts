import { join } from 'node:path';

import { settingText, type PhoneNumber } from '@org/core';
import { Default, Errors } from 'typebox/value';

import { findContradictions, findProductionProblems } from './config-problems.ts';
import { toAuthenticationConfig } from './settings/authentication-config.ts';
import {
  toEmailConfig,
  toPushConfig,
  toSmsConfig,
  type EmailConfig,
  type PushConfig,
  type SmsConfig,
} from './settings/delivery-config.ts';
import { parseLists } from './settings/list-config.ts';
import { toSecretKeyConfig } from './settings/secret-key-config.ts';
import { parseDuration } from './settings/setting-parsers.ts';
import type { SettingOptions } from './settings/setting-types.ts';
import {
  settingNames,
  settingsSchema,
  type SettingName,
  type Settings,
} from './settings/settings.ts';

/** Which part of the work a process does. */
export type Role = 'api' | 'worker' | 'all';

/** What the program runs with. Times are in milliseconds. */
export interface Config {
  readonly environment: 'development' | 'test' | 'production';
  readonly role: Role;
  readonly host: string;
  readonly port: number;
  /** Undefined: no metrics. */
  readonly metricsPort: number | undefined;
  readonly logLevel: string;
  /** How long to serve on after readiness was withdrawn. */
  readonly shutdownDelay: number;
  /** Addresses and CIDR ranges. */
  readonly trustedProxies: readonly string[];
  readonly corsAllowedOrigins: readonly string[];
  /** What browsers clear at logout beside their cache. */
  readonly clearSiteData: readonly string[];
  readonly apiDocs: boolean;
  readonly webAppUrl: string;
  /** Undefined: the program runs its own. */
  readonly mongodbUri: string | undefined;
  readonly mongodBinary: string | undefined;
  readonly dataDirectory: string;
  /** Undefined: made once and kept in the data directory. */
  readonly secretKey: Uint8Array | undefined;
  readonly nextSecretKey: Uint8Array | undefined;
  readonly previousSecretKey: Uint8Array | undefined;
  readonly auditsOwnerReads: boolean;
  readonly auditRetention: number;
  readonly accountRestoreTimeToLive: number;
  readonly taskMaximumPerAccount: number;
  readonly accessTokenTimeToLive: number;
  readonly accessTokenIssuer: string;
  readonly accessTokenAudience: string;
  readonly sessionInactivityTimeToLive: number;
  readonly sessionAbsoluteTimeToLive: number;
  readonly sessionMaximumPerAccount: number;
  readonly otpLength: number;
  readonly otpTimeToLive: number;
  readonly otpTestCode: string | undefined;
  /** Empty: every number. */
  readonly otpTestPhoneNumbers: readonly PhoneNumber[];
  /** By ISO 3166-1, such as `IN`; empty: every country. */
  readonly phoneCountries: readonly string[];
  readonly passwordMinimumLength: number;
  readonly passwordBlocklist: boolean;
  readonly rateLimits: boolean;
  readonly email: EmailConfig;
  readonly sms: SmsConfig;
  /** Undefined: push is off. */
  readonly push: PushConfig | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The program cannot start with these settings; the message names each variable and what it needs. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(
      ['The settings are not usable:', ...problems.map((problem) => `  ${problem}`)].join('\n'),
    );
    this.name = new.target.name;
  }
}

/**
 * Reads the settings. A variable that is set but empty counts as not set.
 *
 * @throws ConfigError
 */
export function readConfig(environment: Environment): Config {
  const settings = readSettings(environment);
  const problems: string[] = [];
  const config = toConfig(settings, problems);
  problems.push(...findContradictions(config));
  if (settings.NODE_ENV === 'production') {
    problems.push(...findProductionProblems(config));
  }
  if (problems.length > 0) {
    throw new ConfigError(problems);
  }
  return config;
}

/**
 * The process's environment over a `.env` file in `directory`, and the names in that file that are
 * no setting, most likely misspelt.
 */
export function readEnvironment(directory = '.'): {
  readonly environment: Environment;
  readonly unknownNames: readonly string[];
} {
  const dotenv = readDotenv(join(directory, '.env'));
  const known = new Set<string>(settingNames);
  return {
    environment: { ...dotenv, ...process.env },
    unknownNames: Object.keys(dotenv).filter((name) => !known.has(name)),
  };
}

function readDotenv(path: string): Environment {
  try {
    return settingText.readDotenv(path);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const isEncoding = code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
    throw new ConfigError([
      isEncoding ? `${path} must be in UTF-8` : `${path} cannot be read (${code})`,
    ]);
  }
}

function readSettings(environment: Environment): Settings {
  const given = settingNames.filter((name) => environment[name]);
  const settings = Default(
    settingsSchema,
    Object.fromEntries(given.map((name) => [name, parseByType(name, environment[name] ?? '')])),
  );
  const refused = Errors(settingsSchema, settings).map(({ instancePath }) => instancePath.slice(1));
  refused.push(
    ...given.filter((name) => optionsOf(name).accepts?.(environment[name] ?? '') === false),
  );
  if (refused.length > 0) {
    throw new ConfigError(describeProblems(refused, environment));
  }
  return settings as Settings;
}

/** What is no whole number stays a text, and is refused as such. */
function parseByType(name: SettingName, text: string): string | number {
  const { type } = settingsSchema.properties[name] as { readonly type?: string };
  return type === 'integer' && /^\d+$/.test(text) ? Number(text) : text;
}

function optionsOf(name: string): SettingOptions {
  return settingsSchema.properties[name as SettingName] as SettingOptions;
}

function describeProblems(refused: readonly string[], environment: Environment): readonly string[] {
  return [...new Set(refused)].map((name) => {
    const { expected = 'a text', isSecret = false } = optionsOf(name);
    const value = isSecret ? '' : `, but is ${JSON.stringify(environment[name])}`;
    return `${name} must be ${expected}${value}`;
  });
}

function toConfig(settings: Settings, problems: string[]): Config {
  const { NODE_ENV: environment } = settings;
  return {
    environment,
    role: settings.ROLE ?? (environment === 'development' ? 'all' : 'api'),
    host: settings.HOST,
    port: settings.PORT,
    metricsPort: settings.METRICS_PORT,
    logLevel: settings.LOG_LEVEL,
    shutdownDelay:
      settings.SHUTDOWN_DELAY === undefined ? 0 : parseDuration(settings.SHUTDOWN_DELAY),
    apiDocs: (settings.API_DOCS ?? (environment === 'production' ? 'off' : 'on')) === 'on',
    webAppUrl: (settings.WEB_APP_URL ?? 'http://localhost:3000').replace(/\/+$/, ''),
    mongodbUri: settings.MONGODB_URI,
    mongodBinary: settings.MONGOD_BINARY,
    dataDirectory: settings.DATA_DIR,
    ...toSecretKeyConfig(settings, problems),
    auditsOwnerReads: settings.AUDIT_OWNER_READS === 'on',
    auditRetention: parseDuration(settings.AUDIT_RETENTION),
    accountRestoreTimeToLive: parseDuration(settings.ACCOUNT_RESTORE_TTL),
    taskMaximumPerAccount: settings.TASK_MAX_PER_ACCOUNT,
    ...toAuthenticationConfig(settings),
    ...parseLists(settings, problems),
    email: toEmailConfig(settings, problems),
    sms: toSmsConfig(settings, problems),
    push: toPushConfig(settings, problems),
  };
}
