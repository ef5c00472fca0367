/** Of Stryker's JSON report, what is read here. */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { status: string }[] }>>;
}

export interface MutantCount {
  readonly files: number;
  readonly mutants: number;
  readonly killed: number;
  readonly survived: number;
  /** Percent. */
  readonly score: number;
}

/**
 * As Stryker counts: a mutant that never ends is killed, one that no test reaches survives, and one
 * with which no test can be loaded is none.
 */
export function countMutants({ files }: MutationReport): MutantCount {
  const statuses = Object.values(files).flatMap(({ mutants }) =>
    mutants.map((each) => each.status),
  );
  const count = (...wanted: readonly string[]): number =>
    statuses.filter((status) => wanted.includes(status)).length;
  const killed = count('Killed', 'Timeout');
  const survived = count('Survived', 'NoCoverage');
  const mutants = killed + survived;
  const score = (100 * killed) / mutants;
  return { files: Object.keys(files).length, mutants, killed, survived, score };
}
