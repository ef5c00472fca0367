import { isPlaceholder } from './secret-key-placeholder.ts';
import { MINIMUM_SECRET_KEY_BYTES } from './secret-key.ts';

const MILLISECONDS_PER_UNIT: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const DURATION = /^[1-9]\d{0,5}[smhd]$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
/** A list's default. It cannot occur in the environment: an empty variable counts as not set. */
const NOTHING = '';

/** A setting: one environment variable, its meaning and how it is parsed. */
export interface Setting<Value = unknown> {
  readonly description: string;
  /** As written in the environment. Default: none; the value is then `undefined`. */
  readonly byDefault?: string | undefined;
  /** Whether its value is never shown, not even when it is rejected. Default: false. */
  readonly isSecret?: boolean | undefined;
  readonly parse: (text: string) => Value | SettingProblem;
}

/** Why a text is rejected: completes a sentence that starts with the setting's name. */
export class SettingProblem {
  readonly message: string;
  readonly showsText: boolean;

  constructor(message: string, { showsText = false }: { showsText?: boolean } = {}) {
    this.message = message;
    this.showsText = showsText;
  }
}

interface SettingOptions {
  readonly description: string;
  readonly byDefault?: string;
  readonly isSecret?: boolean;
}

/** A setting without a default is optional. */
type Optional<Value, Options> = Options extends { readonly byDefault: string }
  ? Value
  : Value | undefined;

export interface TextFormat {
  readonly accepts: (text: string) => boolean;
  readonly expected: string;
}

const VISIBLE: TextFormat = { accepts: isVisible, expected: 'a text without blanks around it' };

/** Creates settings, by the type of their values. */
export const setting = { text, word, flag, wholeNumber, duration, list, secretKey };

/** Default format: visible text without surrounding blanks. */
function text<const Options extends SettingOptions>(
  options: Options,
  format: TextFormat = VISIBLE,
) {
  return declare<string, Options>(options, (text) =>
    format.accepts(text) ? text : mustBe(format.expected),
  );
}

function word<const Words extends readonly string[], const Options extends SettingOptions>(
  words: Words,
  options: Options,
) {
  const expected = `${words.slice(0, -1).join(', ')} or ${String(words.at(-1))}`;
  return declare<Words[number], Options>(options, (text) =>
    words.includes(text) ? text : mustBe(expected),
  );
}

/** `on` or `off`. */
function flag<const Options extends SettingOptions>(options: Options) {
  return declare<boolean, Options>(options, (text) =>
    text === 'on' || text === 'off' ? text === 'on' : mustBe('on or off'),
  );
}

function wholeNumber<
  const Options extends SettingOptions & { readonly from: number; readonly to: number },
>(options: Options) {
  const { from, to } = options;
  return declare<number, Options>(options, (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return number >= from && number <= to ? number : mustBe(`a whole number from ${from} to ${to}`);
  });
}

/** Parses `30s`, `5m`, `2h` or `30d` to milliseconds. Default of `longest`: ten years. */
function duration<const Options extends SettingOptions & { readonly longest?: string }>(
  options: Options,
) {
  const { longest = '3650d' } = options;
  return declare<number, Options>(options, (text) => {
    const milliseconds = parseDuration(text);
    return milliseconds !== undefined && milliseconds <= (parseDuration(longest) ?? 0)
      ? milliseconds
      : mustBe(`a duration such as 30s, 5m, 2h or 30d, at most ${longest}`);
  });
}

/** Comma-separated items, each parsed on its own. Not set: none. */
function list<Item>(
  { description }: Pick<SettingOptions, 'description'>,
  parseItem: (item: string) => Item | undefined,
  expected: string,
): Setting<readonly Item[]> {
  const parse = (text: string): readonly Item[] | SettingProblem => {
    if (text === NOTHING) {
      return [];
    }
    if (!isVisible(text)) {
      return mustBe(VISIBLE.expected);
    }
    const items = text.split(',').map((item) => item.trim());
    const parsed = items
      .filter((item) => item !== '')
      .map((item) => [item, parseItem(item)] as const);
    const refused = parsed.filter(([, value]) => value === undefined);
    if (parsed.length === 0 || refused.length > 0) {
      const shown = refused.map(([item]) => JSON.stringify(item)).join(' and ');
      return new SettingProblem(`must be ${expected}, comma separated, but has ${shown || 'none'}`);
    }
    return parsed.map(([, value]) => value as Item);
  };
  return { description, byDefault: NOTHING, parse };
}

/** Bytes in base64. Never shown: a rejected key is probably almost right. */
function secretKey({
  description,
  advice,
}: Pick<SettingOptions, 'description'> & { readonly advice: string }) {
  return declare<Uint8Array, SettingOptions>({ description, isSecret: true }, (text) => {
    const bytes = BASE64.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
    if (bytes.byteLength < MINIMUM_SECRET_KEY_BYTES) {
      const length = `must be at least ${MINIMUM_SECRET_KEY_BYTES} bytes in base64`;
      return new SettingProblem(`${length}; ${advice}`);
    }
    return isPlaceholder(text, bytes)
      ? new SettingProblem(`is a placeholder, not random; ${advice}`)
      : bytes;
  });
}

function declare<Value, Options extends SettingOptions>(
  { description, byDefault, isSecret }: Options,
  parse: (text: string) => Value | SettingProblem,
): Setting<Optional<Value, Options>> {
  return { description, byDefault, isSecret, parse };
}

function mustBe(expected: string): SettingProblem {
  return new SettingProblem(`must be ${expected}`, { showsText: true });
}

function parseDuration(text: string): number | undefined {
  return DURATION.test(text)
    ? Number(text.slice(0, -1)) * (MILLISECONDS_PER_UNIT[text.slice(-1)] ?? Number.NaN)
    : undefined;
}

/** Whether a text displays as it is: no control characters, no surrounding blanks. */
export function isVisible(text: string): boolean {
  return /^\P{Cc}+$/u.test(text) && text.trim() === text;
}
