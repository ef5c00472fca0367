import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { MINIMUM_SECRET_KEY_BYTES } from '@org/core';

import { CommandFailedError } from './errors.ts';

/** What the command line needs of the program's settings. */
export interface Config {
  /** Undefined: that of the running development program. */
  readonly mongodbUri: string | undefined;
  readonly dataDirectory: string;
  /** Undefined: that of the data directory. */
  readonly secretKey: Uint8Array | undefined;
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
  return {
    mongodbUri: environment['MONGODB_URI'] || undefined,
    dataDirectory: environment['DATA_DIR'] || '.data',
    secretKey: readSecretKey('SECRET_KEY', environment),
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
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return {};
    }
    throw error;
  }
}

const DAY = 86_400_000;
const MILLISECONDS_PER_UNIT = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY } as const;
const DURATION = /^([1-9]\d{0,5})([smhd])$/;

function readDuration(name: string, environment: Environment): number | undefined {
  const text = environment[name];
  if (!text) {
    return undefined;
  }
  const [, count, unit] = DURATION.exec(text) ?? [];
  if (count === undefined) {
    throw new CommandFailedError(`${name} must be a duration such as 30s, 5m, 2h or 30d.`);
  }
  return Number(count) * MILLISECONDS_PER_UNIT[unit as keyof typeof MILLISECONDS_PER_UNIT];
}

function readSecretKey(name: string, environment: Environment): Uint8Array | undefined {
  const encoded = environment[name];
  return encoded ? decodeSecretKey(encoded, name) : undefined;
}

/**
 * Bytes of a secret key in base64.
 *
 * @param origin where it comes from, for the message
 * @throws CommandFailedError
 */
export function decodeSecretKey(encoded: string, origin: string): Uint8Array {
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.byteLength < MINIMUM_SECRET_KEY_BYTES) {
    throw new CommandFailedError(
      `${origin} must hold at least ${MINIMUM_SECRET_KEY_BYTES} bytes in base64.`,
    );
  }
  return bytes;
}
