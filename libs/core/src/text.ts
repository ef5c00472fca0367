/** Up to four code units as typed (a letter and three marks) make one character of NFKC. */
const UNITS_PER_CHARACTER = 4;

/**
 * Whether a text has more Unicode code points than `maximumLength`. Costs no more for a text of a
 * megabyte than for one that is a little too long.
 */
export function isLongerThan(text: string, maximumLength: number): boolean {
  // A code point has two code units at most.
  return text.length > 2 * maximumLength || Array.from(text).length > maximumLength;
}

/**
 * Normalises a text to NFKC (Unicode TR 15). The raw text is bounded first, since the work grows with
 * the square of its length: 60 KB of combining marks take more than half a second.
 *
 * @param maximumLength in Unicode code points, after normalisation
 * @returns `undefined` if the text is longer
 */
export function normalizeText(text: string, maximumLength: number): string | undefined {
  if (text.length > UNITS_PER_CHARACTER * maximumLength) {
    return undefined;
  }
  const normalized = text.normalize('NFKC');
  return isLongerThan(normalized, maximumLength) ? undefined : normalized;
}
