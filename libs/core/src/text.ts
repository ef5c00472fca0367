/** Up to four typed code units (a letter and three marks) make one character in NFKC. */
const UNITS_PER_CHARACTER = 4;

/**
 * Whether a text has more than `maximumLength` Unicode code points. A megabyte of text costs no
 * more than one that is slightly too long.
 */
export function isLongerThan(text: string, maximumLength: number): boolean {
  // A code point has at most two code units.
  return text.length > 2 * maximumLength || Array.from(text).length > maximumLength;
}

/**
 * Normalises a text to NFKC (Unicode TR 15). The raw length is checked first, since the work grows
 * with its square: 60 KB of combining marks take more than half a second.
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
