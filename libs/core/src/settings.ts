import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { SettingProblem, type Setting } from './setting.ts';

/** Any value, such as a whole certificate chain, is shorter. */
const LONGEST_FILE_KIBIBYTES = 64;
const KIBIBYTE = 1_024;

export type Environment = Readonly<Record<string, string | undefined>>;

export type SettingValues<Settings extends Readonly<Record<string, Setting>>> = {
  readonly [Name in keyof Settings]: Settings[Name] extends Setting<infer Value> ? Value : never;
};

/** The message lists each rejected setting and what it must be. */
export class SettingsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      ['The settings are not usable:', ...problems.map((problem) => `  ${problem}`)].join('\n'),
    );
    this.name = new.target.name;
    this.problems = problems;
  }
}

/**
 * Reads settings. A variable that is set but empty counts as not set. Any setting may be in a file
 * instead, whose path is in `NAME_FILE`: a regular one of at most 64 KiB, in UTF-8; one newline at
 * its end is not part of it.
 *
 * @returns their values, and the problems of rejected settings, which get their defaults
 * @example
 * const { values, problems } = readSettings({ PORT: setting.wholeNumber({ … }) }, process.env);
 */
export function readSettings<Settings extends Readonly<Record<string, Setting>>>(
  settings: Settings,
  environment: Environment,
): { readonly values: SettingValues<Settings>; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const values = Object.entries(settings).map(([name, { byDefault, isSecret, parse }]) => {
    const given = readGiven(name, environment);
    const text = given instanceof SettingProblem ? undefined : (given ?? byDefault);
    const value = text === undefined ? given : parse(text);
    if (!(value instanceof SettingProblem)) {
      return [name, value];
    }
    const shown = value.showsText && isSecret !== true ? `, but is ${JSON.stringify(text)}` : '';
    problems.push(`${name} ${value.message}${shown}`);
    return [name, byDefault === undefined ? undefined : parse(byDefault)];
  });
  return { values: Object.fromEntries(values) as SettingValues<Settings>, problems };
}

/** The text that a variable has, or the file that `NAME_FILE` names. The path is never shown. */
function readGiven(name: string, environment: Environment): string | SettingProblem | undefined {
  const text = environment[name] || undefined;
  const nameOfFile = `${name}_FILE`;
  const path = environment[nameOfFile] || undefined;
  if (path === undefined) {
    return text;
  }
  if (text !== undefined) {
    return new SettingProblem(`and ${nameOfFile} are both set; keep one of them`);
  }
  try {
    const content = readUtf8(path).replace(/\r?\n$/, '');
    const isEmpty = content === '';
    return isEmpty ? new SettingProblem(`is empty in the file of ${nameOfFile}`) : content;
  } catch (error) {
    return new SettingProblem(`cannot be read from the file of ${nameOfFile} (${reasonOf(error)})`);
  }
}

/**
 * An environment on top of a directory's `.env` file, and the names in that file.
 *
 * @throws SettingsError if the file exists but is not a regular one of at most 64 KiB in UTF-8
 */
export function addDotenv(
  environment: Environment,
  directory = '.',
): { readonly environment: Environment; readonly namesInFile: readonly string[] } {
  const dotenv = readDotenv(join(directory, '.env'));
  return { environment: { ...dotenv, ...environment }, namesInFile: Object.keys(dotenv) };
}

/** The same key twice means a key change that was started by mistake or left unfinished. */
export function findRepeatedSecretKeys(
  keys: Readonly<Record<string, Uint8Array | undefined>>,
): readonly string[] {
  const names = new Map<string, string>();
  return Object.entries(keys).flatMap(([name, key]) => {
    if (key === undefined) {
      return [];
    }
    const encoded = Buffer.from(key).toString('base64');
    const other = names.get(encoded);
    names.set(encoded, other ?? name);
    return other === undefined ? [] : [`${name} must differ from ${other}`];
  });
}

function readDotenv(path: string): Environment {
  try {
    return parseEnv(readUtf8(path));
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === 'ENOENT') {
      return {};
    }
    throw new SettingsError([
      reason === 'ERR_ENCODING_INVALID_ENCODED_DATA'
        ? `${path} must be in UTF-8`
        : `${path} cannot be read (${reason})`,
    ]);
  }
}

/** Strips the byte order mark, which would end up in the first name or in a secret. */
function readUtf8(path: string): string {
  // Opening a pipe would otherwise wait for somebody to write to it.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(descriptor).isFile()) {
      throw new UnusableFileError('not a regular file');
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(readWhole(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/** Not by the size that the file system tells: it is 0 for some, and may change. */
function readWhole(descriptor: number): Uint8Array {
  const bytes = Buffer.alloc(LONGEST_FILE_KIBIBYTES * KIBIBYTE + 1);
  let length = 0;
  let read: number;
  do {
    read = readSync(descriptor, bytes, length, bytes.length - length, null);
    length += read;
  } while (read > 0);
  if (length === bytes.length) {
    throw new UnusableFileError(`larger than ${LONGEST_FILE_KIBIBYTES} KiB`);
  }
  return bytes.subarray(0, length);
}

/** The message is the reason. */
class UnusableFileError extends Error {}

function reasonOf(error: unknown): string {
  return error instanceof UnusableFileError
    ? error.message
    : ((error as NodeJS.ErrnoException).code ?? 'unknown');
}
