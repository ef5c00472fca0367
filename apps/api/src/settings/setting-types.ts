import * as Type from 'typebox';

const DURATION = '^[1-9][0-9]{0,5}(s|m|h|d)$';
const DURATION_EXPECTED = 'a duration such as 30s, 5m, 2h or 30d';

/** A duration such as `30s`, `5m`, `2h` or `30d`. */
export function duration(byDefault: string, description: string): Type.TString {
  return Type.String({
    default: byDefault,
    pattern: DURATION,
    description,
    expected: DURATION_EXPECTED,
  });
}

/** A duration that must be given to have an effect. */
export function optionalDuration(description: string): Type.TOptional<Type.TString> {
  return optionalText(description, { pattern: DURATION, expected: DURATION_EXPECTED });
}

/** A text that must be given to have an effect. */
export function optionalText(
  description: string,
  options: object = {},
): Type.TOptional<Type.TString> {
  return Type.Optional(Type.String({ description, ...options }));
}

/** A text that is never shown, not even when it is refused. */
export function optionalSecret(
  description: string,
  options: object = {},
): Type.TOptional<Type.TString> {
  return optionalText(description, { isSecret: true, ...options });
}

export function optionalUrl(description: string): Type.TOptional<Type.TString> {
  return optionalText(description, {
    pattern: '^https?://\\S+$',
    expected: 'a URL that begins with http:// or https://',
  });
}

export function text(byDefault: string, description: string): Type.TString {
  return Type.String({ default: byDefault, description });
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
