const LINE_BREAK = 0x0a;

/**
 * Splits what is read into lines, without their breaks, and keeps no more in memory than one of them.
 *
 * @param maximumBytes of a longer line, this many bytes and one more are all that is kept
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maximumBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let parts: Uint8Array[] = [];
  let kept = 0;
  const keep = (part: Uint8Array) => {
    const rest = part.subarray(0, maximumBytes + 1 - kept);
    if (rest.length > 0) {
      kept += rest.length;
      parts.push(rest);
    }
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_BREAK); end !== -1; end = chunk.indexOf(LINE_BREAK, start)) {
      keep(chunk.subarray(start, end));
      yield Buffer.concat(parts);
      parts = [];
      kept = 0;
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (kept > 0) {
    yield Buffer.concat(parts);
  }
}
