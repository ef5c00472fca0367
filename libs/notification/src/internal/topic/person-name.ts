// Longer ones are sentences.
const MAXIMUM_LENGTH = 40;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const WORD = String.raw`\p{L}[\p{L}\p{M}]*`;
// A full stop ends a word, as in "Dr. Ada": mail programs make a link of what has one inside. No
// digit: nobody is to be called back.
const NAME = new RegExp(String.raw`^${WORD}(?:(?:\.? |['’·-])${WORD})*\.?$`, 'u');

/**
 * A name as it may stand in a message, or nothing. The person who signs up chooses both the name and the
 * address it is sent to, so it must not be able to say anything: no link, no number to call, no
 * markup, no line of its own, nothing that turns the text around.
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
