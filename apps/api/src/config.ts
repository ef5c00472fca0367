import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { envSchema } from 'env-schema';

import {
  HOW_TO_MAKE_A_SECRET_KEY,
  parseDuration,
  parseSecretKey,
  parseTrustedProxies,
} from './setting-parsers.ts';
import { settingNames, settingsSchema, type SettingName, type Settings } from './settings.ts';

/** What the program runs with. Times are in milliseconds. */
export interface Config {
  readonly environment: 'development' | 'test' | 'production';
  readonly host: string;
  readonly port: number;
  /** Undefined: the program runs its own. */
  readonly mongodbUri: string | undefined;
  readonly mongodBinary: string | undefined;
  readonly dataDirectory: string;
  /** Undefined: made once and kept in the data directory. */
  readonly secretKey: Uint8Array | undefined;
  readonly previousSecretKey: Uint8Array | undefined;
  readonly accessTokenTimeToLive: number;
  readonly accessTokenIssuer: string;
  readonly accessTokenAudience: string;
  readonly sessionInactivityTimeToLive: number;
  readonly sessionAbsoluteTimeToLive: number;
  readonly passwordMinimumLength: number;
  /** Addresses and CIDR ranges. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: string;
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
  if (settings.NODE_ENV === 'production') {
    problems.push(...missingInProduction(config));
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
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return {};
    }
    throw error;
  }
}

function readSettings(environment: Environment): Settings {
  const data = Object.fromEntries(
    settingNames.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  try {
    return envSchema<Settings>({
      schema: settingsSchema,
      data,
      env: false,
      ajv: { customOptions: (ajv) => ajv.addKeyword('expected').addKeyword('isSecret') },
    });
  } catch (error) {
    throw new ConfigError(describeProblems(error, data));
  }
}

function describeProblems(error: unknown, data: Environment): readonly string[] {
  const failures = (error as { errors?: { instancePath: string }[] }).errors;
  if (failures === undefined) {
    throw error;
  }
  const names = new Set(failures.map(({ instancePath }) => instancePath.slice(1)));
  return [...names].map((name) => {
    const schema = settingsSchema.properties[name as SettingName] as {
      expected?: string;
      isSecret?: boolean;
    };
    const value = schema.isSecret === true ? '' : `, but is ${JSON.stringify(data[name])}`;
    return `${name} must be ${schema.expected ?? 'a text'}${value}`;
  });
}

function toConfig(settings: Settings, problems: string[]): Config {
  return {
    environment: settings.NODE_ENV,
    host: settings.HOST,
    port: settings.PORT,
    mongodbUri: settings.MONGODB_URI,
    mongodBinary: settings.MONGOD_BINARY,
    dataDirectory: settings.DATA_DIR,
    secretKey: parseSecretKey('SECRET_KEY', settings.SECRET_KEY, problems),
    previousSecretKey: parseSecretKey(
      'SECRET_KEY_PREVIOUS',
      settings.SECRET_KEY_PREVIOUS,
      problems,
    ),
    accessTokenTimeToLive: parseDuration(settings.ACCESS_TOKEN_TTL),
    accessTokenIssuer: settings.ACCESS_TOKEN_ISSUER,
    accessTokenAudience: settings.ACCESS_TOKEN_AUDIENCE,
    sessionInactivityTimeToLive: parseDuration(settings.SESSION_INACTIVITY_TTL),
    sessionAbsoluteTimeToLive: parseDuration(settings.SESSION_ABSOLUTE_TTL),
    passwordMinimumLength: settings.PASSWORD_MIN_LENGTH,
    trustedProxies: parseTrustedProxies(settings.TRUSTED_PROXIES, problems),
    logLevel: settings.LOG_LEVEL,
  };
}

function missingInProduction(config: Config): readonly string[] {
  return [
    ...(config.mongodbUri === undefined
      ? ['MONGODB_URI is required in production: the connection string of your MongoDB']
      : []),
    ...(config.secretKey === undefined
      ? [`SECRET_KEY is required in production; ${HOW_TO_MAKE_A_SECRET_KEY}`]
      : []),
  ];
}
