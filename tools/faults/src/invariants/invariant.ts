import type { StoredDocuments } from './stored-documents.ts';

/** A document that should not be as it is. */
export interface Violation {
  readonly invariant: string;
  /** Which document, such as `accounts 64b…`. */
  readonly subject: string;
  readonly problem: string;
}

/** What one look found. */
export interface Findings {
  /** How many documents were looked at, so that nothing passes because there is nothing. */
  readonly checked: number;
  readonly violations: readonly Violation[];
}

/** Something that holds whatever happens to the program. */
export interface Invariant {
  readonly name: string;
  check(stored: StoredDocuments): Findings;
}

interface Problem {
  readonly subject: string;
  readonly problem: string;
}

/**
 * An invariant of single documents.
 *
 * @param problemsOf every document that is looked at, with what is wrong with it, if anything is
 */
export function defineInvariant(
  name: string,
  problemsOf: (stored: StoredDocuments) => Iterable<Problem | undefined>,
): Invariant {
  return {
    name,
    check: (stored) => {
      const problems = [...problemsOf(stored)];
      const violations = problems.filter((problem) => problem !== undefined);
      return {
        checked: problems.length,
        violations: violations.map((problem) => ({ invariant: name, ...problem })),
      };
    },
  };
}

/** For {@link defineInvariant}: a problem unless the condition holds. */
export function unless(
  holds: boolean,
  subject: string,
  problem: string | (() => string),
): Problem | undefined {
  if (holds) {
    return undefined;
  }
  return { subject, problem: typeof problem === 'string' ? problem : problem() };
}
