export interface Violation {
  readonly invariant: string;
  readonly subject: string;
  readonly problem: string;
}

export interface Findings {
  /** How many documents were looked at, so that nothing passes because there is nothing. */
  readonly checked: number;
  readonly violations: readonly Violation[];
}

/** A document that was looked at, and what is wrong with it; undefined if nothing is. */
export type Look = readonly [subject: string, problem: string | undefined];

export function toFindings(invariant: string, looks: Iterable<Look>): Findings {
  const all = [...looks];
  const violations = all.flatMap(([subject, problem]) =>
    problem === undefined ? [] : { invariant, subject, problem },
  );
  return { checked: all.length, violations };
}

export function joinFindings(findings: readonly Findings[]): Findings {
  return {
    checked: findings.reduce((sum, { checked }) => sum + checked, 0),
    violations: findings.flatMap(({ violations }) => violations),
  };
}

/** For a {@link Look}: the problem unless the condition holds. */
export function unless(holds: boolean, problem: string): string | undefined {
  return holds ? undefined : problem;
}
