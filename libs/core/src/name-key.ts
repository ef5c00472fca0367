import { NAME_KEY_TABLE, UNKNOWN_TO_COLLATION } from './name-key-table.ts';

const ENTRY = /([\da-z]+)(?:([-+])([\da-z]+))?>([\da-z.]*)/g;
/** Vowels written before the consonant that they follow; the collation sorts them after it. */
const WRITTEN_BEFORE = /(\p{Logical_Order_Exception})(\p{L})/gu;
/** Invisible characters. No username contains any. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/gu;
const DIGIT = /\p{Nd}/u;
/** Has a capture group so that `split` keeps the matches. */
const UNKNOWN = new RegExp(`(${UNKNOWN_TO_COLLATION})`, 'u');

let replacements: ReadonlyMap<string, string> | undefined;

/**
 * Defines when two names are the same: if their keys are equal. Ignores case, width, kana, digits
 * of other scripts and invisible characters, but not accents.
 *
 * Two usernames have the same key exactly if MongoDB's collation `{locale: 'en', strength: 2}`,
 * used by the unique index, treats them as equal. So no two accounts share a name key.
 *
 * @param name of bounded length: the work grows with it
 */
export function toNameKey(name: string): string {
  replacements ??= readTable();
  const folded = toLowerCase(name.normalize('NFKD'))
    .normalize('NFKD')
    .replace(INVISIBLE, '')
    .trim();
  let key = '';
  for (const character of folded) {
    key +=
      replacements.get(character) ??
      (UNKNOWN.test(character) ? character : toAsciiDigits(character));
  }
  return key.replace(WRITTEN_BEFORE, '$2$1').normalize('NFC');
}

/** Replaces the decimal digits of other scripts with `0` to `9`. */
export function toAsciiDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => String(valueOf(digit)));
}

/** Each script's ten digits are consecutive in Unicode, starting with its zero. */
function valueOf(digit: string): number {
  const codePoint = digit.codePointAt(0) ?? 0;
  let first = codePoint;
  while (DIGIT.test(String.fromCodePoint(first - 1))) {
    first -= 1;
  }
  return (codePoint - first) % 10;
}

/** Lower-cases the text, except letters that the collation does not know. */
function toLowerCase(text: string): string {
  return text
    .split(UNKNOWN)
    .map((part) => (UNKNOWN.test(part) ? part : part.toLowerCase()))
    .join('');
}

function readTable(): ReadonlyMap<string, string> {
  const read = new Map<string, string>();
  for (const [, from = '', kind, length = '0', to = ''] of NAME_KEY_TABLE.matchAll(ENTRY)) {
    const targets = to === '' ? [] : to.split('.').map(toNumber);
    for (let index = 0; index <= toNumber(length); index += 1) {
      const moved = targets.map((target) => (kind === '+' ? target + index : target));
      read.set(String.fromCodePoint(toNumber(from) + index), String.fromCodePoint(...moved));
    }
  }
  return read;
}

function toNumber(base36: string): number {
  return Number.parseInt(base36, 36);
}
