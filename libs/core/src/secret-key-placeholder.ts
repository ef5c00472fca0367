/** Random bytes of this length almost never have fewer distinct values. */
const FEWEST_DISTINCT_BYTES = 12;
const WORD =
  /change.?(me|this|it)|secret|example|placeholder|password|default|replace|insert|abcdefgh|01234567|12345678|qwerty|asdfgh|zxcvbn/i;
const REPEATED = /^(.+?)\1+$|(.{4,})\2\2/is;
/** Words, capitalised or separated by punctuation, optionally followed by a number. */
const WORDS = /^(?:[A-Z](?=[a-z])|[a-z]|[-_+/.])+\d{0,4}$/;
const HEX = /^[0-9a-f]+$/i;
const PRINTABLE = /^[\t\n\r\x20-\x7e]+$/;

/**
 * Whether a base64 key was typed by a person rather than generated: the text itself, or what it
 * decodes to. Fewer than one in a million random keys is mistaken for one.
 */
export function isPlaceholder(encoded: string, bytes: Buffer): boolean {
  const steps = bytes.map((byte, index) => byte - (bytes[index - 1] ?? 0));
  const decoded = bytes.toString('latin1');
  const texts = PRINTABLE.test(decoded) ? [encoded, decoded] : [encoded];
  return (
    [bytes, steps].some((values) => new Set(values).size < FEWEST_DISTINCT_BYTES) ||
    texts.some((text) => isWritten(text.replace(/[\s=]+$/, '')))
  );
}

function isWritten(text: string): boolean {
  if ([WORD, REPEATED, WORDS].some((written) => written.test(text))) {
    return true;
  }
  // Random base64 has letters of both cases, and no blanks.
  return !HEX.test(text) && (/\s/.test(text) || !/[a-z]/.test(text) || !/[A-Z]/.test(text));
}
