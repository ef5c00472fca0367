import { join } from 'node:path';

import { settingText } from '@org/core';

import { CommandFailedError } from './errors.ts';

/** What the command line needs of the program's settings. */
export interface Config {
  /** Undefined: that of the running development program. */
  readonly mongodbUri: string | undefined;
  readonly dataDirectory: string;
  /** Undefined: that of the data directory. */
  readonly secretKey: Uint8Array | undefined;
  readonly nextSecretKey: Uint8Array | undefined;
  readonly previousSecretKey: Uint8Array | undefined;
  /** How long a deleted account can be restored, in milliseconds. */
  readonly accountRestoreTimeToLive: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings. A variable that is set but empty counts as not set.
 *
 * @throws CommandFailedError
 */
export function readConfig(environment: Environment): Config {
  assertSecretKeysDiffer(environment);
  return {
    mongodbUri: readText('MONGODB_URI', environment),
    dataDirectory: readText('DATA_DIR', environment) ?? '.data',
    secretKey: readSecretKey('SECRET_KEY', environment),
    nextSecretKey: readSecretKey('SECRET_KEY_NEXT', environment),
    previousSecretKey: readSecretKey('SECRET_KEY_PREVIOUS', environment),
    accountRestoreTimeToLive: readDuration('ACCOUNT_RESTORE_TTL', environment) ?? 30 * DAY,
  };
}

/** The process's environment over a `.env` file in `directory`. */
export function readEnvironment(directory = '.'): Environment {
  return { ...readDotenv(join(directory, '.env')), ...process.env };
}

function readDotenv(path: string): Environment {
  try {
    return settingText.readDotenv(path);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new CommandFailedError(`${path} cannot be read as UTF-8 (${code}).`, error);
  }
}

const DAY = 86_400_000;
const LONGEST = 3_650 * DAY;

function readDuration(name: string, environment: Environment): number | undefined {
  const text = environment[name];
  if (!text) {
    return undefined;
  }
  const milliseconds = settingText.parseDuration(text);
  if (milliseconds === undefined || milliseconds > LONGEST) {
    throw new CommandFailedError(
      `${name} must be a duration such as 30s, 5m, 2h or 30d, at most 3650d.`,
    );
  }
  return milliseconds;
}

function readText(name: string, environment: Environment): string | undefined {
  const text = environment[name];
  if (text && !settingText.isVisible(text)) {
    throw new CommandFailedError(`${name} must be a text without blanks around it.`);
  }
  return text || undefined;
}

function readSecretKey(name: string, environment: Environment): Uint8Array | undefined {
  const encoded = environment[name];
  if (!encoded) {
    return undefined;
  }
  const { bytes, problem } = settingText.parseSecretKey(encoded);
  if (problem !== undefined) {
    throw new CommandFailedError(`${name} ${problem}. Set it to the one of your program.`);
  }
  return bytes;
}

const SECRET_KEY_NAMES = ['SECRET_KEY', 'SECRET_KEY_NEXT', 'SECRET_KEY_PREVIOUS'];

function assertSecretKeysDiffer(environment: Environment): void {
  const keys = SECRET_KEY_NAMES.flatMap((name) => {
    const key = readSecretKey(name, environment);
    return key === undefined ? [] : [Buffer.from(key).toString('base64')];
  });
  if (new Set(keys).size < keys.length) {
    throw new CommandFailedError(`${SECRET_KEY_NAMES.join(', ')} must differ from each other.`);
  }
}
