/** As far as a database of MongoDB's driver is needed. */
interface Aggregates {
  aggregate(pipeline: Record<string, unknown>[]): { toArray(): Promise<unknown> };
}

const BATCH = 100_000;

interface Copies {
  readonly collection: string;
  readonly pattern?: object;
  /** Expressions, in which `$n` is the number of the copy. Without an `_id`, mongod makes it. */
  readonly fields: object;
  readonly from?: number;
  readonly to: number;
}

/** Stores copies of a document, made inside of mongod, for the numbers from `from` up to `to`. */
export async function storeCopies(
  database: Aggregates,
  { collection, pattern = {}, fields, from = 0, to }: Copies,
): Promise<void> {
  const literals = Object.entries(pattern).map(([name, $literal]: [string, unknown]) => [
    name,
    { $literal },
  ]);
  const copy = { ...Object.fromEntries(literals), _id: '$$REMOVE', ...fields } as object;
  for (let first = from; first < to; first += BATCH) {
    const numbers = { $range: [first, Math.min(first + BATCH, to)] };
    await database
      .aggregate([
        { $documents: [{ n: numbers }] },
        { $unwind: '$n' },
        { $replaceWith: copy },
        { $merge: { into: collection, whenMatched: 'fail' } },
      ])
      .toArray();
  }
}

/** An expression: the number of the copy within a text. */
export function numbered(before: string, after = ''): object {
  return { $concat: [before, { $toString: '$n' }, after] };
}

/** An expression: the hexadecimal digits of an id that is the same for every copy of that number. */
export const NUMBERED_ID = {
  $concat: ['5eed5eed', { $toString: { $add: [{ $toLong: 1e15 }, '$n'] } }],
};
