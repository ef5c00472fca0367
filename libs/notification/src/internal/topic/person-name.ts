// Anything longer is a sentence.
const MAXIMUM_LENGTH = 40;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const WORD = String.raw`\p{L}[\p{L}\p{M}]*`;
// A full stop may only end a word, as in "Dr. Ada": mail programs turn text with one inside into a
// link. No digits, so that nobody can leave a number to call.
const NAME = new RegExp(String.raw`^${WORD}(?:(?:\.? |['’·-])${WORD})*\.?$`, 'u');

/**
 * A name that is safe to use in a message, or nothing. The person who signs up chooses both the
 * name and the address it is sent to, so it must not convey anything: no link, no number to call,
 * no markup, no line breaks, nothing that reverses the text around it.
 */
export function presentableName(name: string): string {
  if (name.length > MAXIMUM_LENGTH) {
    return '';
  }
  const normalized = name.normalize('NFKC').trim();
  const isName =
    normalized.length <= MAXIMUM_LENGTH && !INVISIBLE.test(normalized) && NAME.test(normalized);
  return isName ? normalized : '';
}
