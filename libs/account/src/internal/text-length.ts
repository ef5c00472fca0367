const LAST_OF_ONE_UNIT = 0xffff;

/** Length in Unicode code points. */
export function lengthOf(text: string): number {
  let length = 0;
  for (let index = 0; index < text.length; length += 1) {
    index += (text.codePointAt(index) as number) > LAST_OF_ONE_UNIT ? 2 : 1;
  }
  return length;
}
