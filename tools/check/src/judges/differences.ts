/** A kind of difference between us and a judge that is on purpose. */
export interface Deviation {
  readonly count: number;
  readonly reason: string;
}

/** Cases by kind. */
export type Found = ReadonlyMap<string, readonly string[]>;

const EXAMPLES_SHOWN = 5;

/**
 * Compares what differs with what is documented.
 *
 * @returns a line for each kind that is not documented, has another count, or is gone
 */
export function findUndocumented(
  found: Found,
  documented: Readonly<Record<string, Deviation>>,
): readonly string[] {
  const kinds = new Set([...found.keys(), ...Object.keys(documented)]);
  return [...kinds].flatMap((kind) => {
    const cases = found.get(kind) ?? [];
    const expected = documented[kind]?.count ?? 0;
    const examples = cases.slice(0, EXAMPLES_SHOWN).map((example) => JSON.stringify(example));
    return cases.length === expected
      ? []
      : [`${kind}: ${cases.length} instead of ${expected}${such(examples)}`];
  });
}

function such(examples: readonly string[]): string {
  return examples.length === 0 ? '' : `, such as ${examples.join(', ')}`;
}

export function addCase(found: Map<string, string[]>, kind: string, example: string): void {
  const cases = found.get(kind);
  if (cases === undefined) {
    found.set(kind, [example]);
  } else {
    cases.push(example);
  }
}
