/** A kind of difference between us and a judge that is on purpose. */
export interface Deviation {
  readonly count: number;
  readonly reason: string;
}

/** What differs. */
export type Case = readonly [kind: string, example: string];

const EXAMPLES_SHOWN = 5;

/**
 * Compares what differs with what is documented.
 *
 * @returns a line for each kind that is not documented, has another count, or is gone
 */
export function findUndocumented(
  found: Iterable<Case>,
  documented: Readonly<Record<string, Deviation>>,
): readonly string[] {
  const byKind = Map.groupBy(found, ([kind]) => kind);
  const kinds = new Set([...byKind.keys(), ...Object.keys(documented)]);
  return [...kinds].flatMap((kind) => {
    const cases = byKind.get(kind) ?? [];
    const expected = documented[kind]?.count ?? 0;
    const examples = cases.slice(0, EXAMPLES_SHOWN).map(([, example]) => JSON.stringify(example));
    return cases.length === expected
      ? []
      : [`${kind}: ${cases.length} instead of ${expected}${such(examples)}`];
  });
}

function such(examples: readonly string[]): string {
  return examples.length === 0 ? '' : `, such as ${examples.join(', ')}`;
}
