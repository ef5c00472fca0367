import { settingText } from '@org/core';
import * as Type from 'typebox';

import { isHttpUrl } from './http-url-parser.ts';
import { isDuration, parseDuration } from './setting-parsers.ts';

/** What a setting must be besides its type. */
export interface SettingOptions {
  /** Whether what uses the setting can use this. Default: anything visible, without surrounding blanks. */
  readonly accepts?: (text: string) => boolean;
  /** What it must be, for the message when it is refused. */
  readonly expected?: string;
  /** Its value is never shown. */
  readonly isSecret?: boolean;
}

/** What any text must be. */
export const VISIBLE = {
  accepts: settingText.isVisible,
  expected: 'a text without blanks around it',
} satisfies SettingOptions;

const LONGEST = '3650d';

/** A duration such as `30s`, `5m`, `2h` or `30d`. */
export function duration(
  byDefault: string,
  description: string,
  longest: string = LONGEST,
): Type.TString {
  return Type.String({ default: byDefault, description, ...upTo(longest) });
}

/** A duration that must be given to have an effect. */
export function optionalDuration(
  description: string,
  longest: string,
): Type.TOptional<Type.TString> {
  return optionalText(description, upTo(longest));
}

function upTo(longest: string): SettingOptions {
  return {
    accepts: (text) => isDuration(text) && parseDuration(text) <= parseDuration(longest),
    expected: `a duration such as 30s, 5m, 2h or 30d, at most ${longest}`,
  };
}

/** A text that must be given to have an effect. */
export function optionalText(
  description: string,
  options: SettingOptions = {},
): Type.TOptional<Type.TString> {
  return Type.Optional(Type.String({ description, ...VISIBLE, ...options }));
}

/** A text that is never shown, not even when it is refused. */
export function optionalSecret(
  description: string,
  options: SettingOptions = {},
): Type.TOptional<Type.TString> {
  return optionalText(description, { isSecret: true, ...options });
}

/** An address that paths are appended to. It may hold a password where it should not, so it is not shown. */
export function optionalUrl(description: string): Type.TOptional<Type.TString> {
  return optionalSecret(description, {
    accepts: (text) => isHttpUrl(text) && !/[?#]/.test(text),
    expected:
      'a URL that begins with http:// or https://, without user, password, query and fragment, on a port that fetch allows, with special characters as %XX',
  });
}

export function text(
  byDefault: string,
  description: string,
  options: SettingOptions = VISIBLE,
): Type.TString {
  return Type.String({ default: byDefault, description, ...options });
}

export function wholeNumber(
  byDefault: number,
  range: readonly [minimum: number, maximum: number],
  description: string,
): Type.TInteger {
  const [minimum, maximum] = range;
  return Type.Integer({
    default: byDefault,
    minimum,
    maximum,
    description,
    expected: `a whole number from ${minimum} to ${maximum}`,
  });
}

/** One of several words. Give `default` in `options` unless the setting may be left out. */
export function word<Words extends string[]>(
  words: readonly [...Words],
  description: string,
  options: { readonly default?: Words[number] } = {},
): Type.TEnum<Words> {
  return Type.Enum(words, {
    description,
    expected: `${words.slice(0, -1).join(', ')} or ${String(words.at(-1))}`,
    ...options,
  });
}
