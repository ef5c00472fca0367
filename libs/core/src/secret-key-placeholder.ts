/** Random bytes of this length practically never repeat themselves this often. */
const FEWEST_DISTINCT_BYTES = 12;
const WORD =
  /change.?(me|this|it)|secret|example|placeholder|password|default|replace|insert|abcdefgh|01234567|12345678|qwerty|asdfgh|zxcvbn/i;
const REPEATED = /^(.+?)\1+$|(.{4,})\2\2/is;
/** Words one after the other, each with a capital or something between them, and a number at the end. */
const WORDS = /^(?:[A-Z](?=[a-z])|[a-z]|[-_+/.])+\d{0,4}$/;
const HEX = /^[0-9a-f]+$/i;
const PRINTABLE = /^[\t\n\r\x20-\x7e]+$/;

/**
 * Whether a key in base64 was written by somebody rather than made at random: the text itself, or what
 * it encodes. A random key is taken for one less than once in a million.
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
  // Base64 at random has letters of both cases, and no blanks.
  return !HEX.test(text) && (/\s/.test(text) || !/[a-z]/.test(text) || !/[A-Z]/.test(text));
}
