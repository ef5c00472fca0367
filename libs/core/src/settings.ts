import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { SettingProblem, type Setting } from './setting.ts';

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
 * Reads settings. A variable that is set but empty counts as not set.
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
    const text = environment[name] || byDefault;
    const value = text === undefined ? undefined : parse(text);
    if (!(value instanceof SettingProblem)) {
      return [name, value];
    }
    const shown = value.showsText && isSecret !== true ? `, but is ${JSON.stringify(text)}` : '';
    problems.push(`${name} ${value.message}${shown}`);
    return [name, byDefault === undefined ? undefined : parse(byDefault)];
  });
  return { values: Object.fromEntries(values) as SettingValues<Settings>, problems };
}

/**
 * An environment on top of a directory's `.env` file, and the names in that file.
 *
 * @throws SettingsError if the file exists but cannot be read as UTF-8
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
    // Strips the byte order mark, which would end up in the first name.
    return parseEnv(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)));
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      return {};
    }
    throw new SettingsError([
      code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
        ? `${path} must be in UTF-8`
        : `${path} cannot be read (${code})`,
    ]);
  }
}
