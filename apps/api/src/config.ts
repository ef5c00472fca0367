import { isIP } from 'node:net';

import { MINIMUM_SECRET_KEY_BYTES } from '@org/core';
import { envSchema } from 'env-schema';

import { parseDuration } from './duration.ts';
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

/** Names in a `.env` file that are no setting, most likely misspelt. */
export function findUnknownNames(dotenv: Environment): readonly string[] {
  const known = new Set<string>(settingNames);
  return Object.keys(dotenv).filter((name) => !known.has(name));
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
      ajv: { customOptions: (ajv) => ajv.addKeyword('expected') },
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
    const schema = settingsSchema.properties[name as SettingName] as { expected?: string };
    return `${name} must be ${schema.expected ?? 'a text'}, but is ${JSON.stringify(data[name])}`;
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
    secretKey: readSecretKey(settings, 'SECRET_KEY', problems),
    previousSecretKey: readSecretKey(settings, 'SECRET_KEY_PREVIOUS', problems),
    accessTokenTimeToLive: parseDuration(settings.ACCESS_TOKEN_TTL),
    accessTokenIssuer: settings.ACCESS_TOKEN_ISSUER,
    accessTokenAudience: settings.ACCESS_TOKEN_AUDIENCE,
    sessionInactivityTimeToLive: parseDuration(settings.SESSION_INACTIVITY_TTL),
    sessionAbsoluteTimeToLive: parseDuration(settings.SESSION_ABSOLUTE_TTL),
    passwordMinimumLength: settings.PASSWORD_MIN_LENGTH,
    trustedProxies: readTrustedProxies(settings, problems),
    logLevel: settings.LOG_LEVEL,
  };
}

const HOW_TO_MAKE_A_SECRET_KEY = 'make one with: openssl rand -base64 32';
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
/** Random bytes of this length practically never repeat themselves this often. */
const FEWEST_DISTINCT_BYTES = 12;

/** The message never shows the value: most likely it is nearly right. */
function readSecretKey(
  settings: Settings,
  name: 'SECRET_KEY' | 'SECRET_KEY_PREVIOUS',
  problems: string[],
): Uint8Array | undefined {
  const encoded = settings[name];
  if (encoded === undefined) {
    return undefined;
  }
  const bytes = BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0);
  if (bytes.byteLength < MINIMUM_SECRET_KEY_BYTES) {
    problems.push(
      `${name} must be at least ${MINIMUM_SECRET_KEY_BYTES} bytes in base64; ${HOW_TO_MAKE_A_SECRET_KEY}`,
    );
  } else if (new Set(bytes).size < FEWEST_DISTINCT_BYTES) {
    problems.push(`${name} is a placeholder, not random; ${HOW_TO_MAKE_A_SECRET_KEY}`);
  }
  return bytes;
}

function readTrustedProxies(settings: Settings, problems: string[]): readonly string[] {
  const ranges = (settings.TRUSTED_PROXIES ?? '')
    .split(',')
    .map((range) => range.trim())
    .filter((range) => range !== '');
  for (const range of ranges.filter((candidate) => !isAddressRange(candidate))) {
    problems.push(
      `TRUSTED_PROXIES must be addresses or CIDR ranges, comma separated, but has ${JSON.stringify(range)}`,
    );
  }
  return ranges;
}

function isAddressRange(range: string): boolean {
  const [address = '', prefix, ...rest] = range.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  return bits > 0 && isPrefix && rest.length === 0;
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
