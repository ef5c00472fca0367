/** How one gate went. */
export interface GateOutcome {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
}

/** The counts of vitest's JSON report. */
export interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

export type Counts = Readonly<ReturnType<typeof count>>;

/** Adds up gates and tests. Without a report the tests did not run, and their gate has failed. */
export function count(outcomes: readonly GateOutcome[], tests: TestReport | undefined) {
  const failedGates = outcomes.filter(({ passed }) => !passed).length;
  return {
    passed: outcomes.length - failedGates + (tests?.numPassedTests ?? 0),
    failed: failedGates + (tests?.numFailedTests ?? 0),
    skipped: tests?.numPendingTests ?? 0,
  };
}

/** A row per gate, and the line that CI reads. */
export function renderSummary(outcomes: readonly GateOutcome[], counts: Counts): string {
  const rows = outcomes.map(
    ({ name, passed, seconds }) =>
      `${passed ? 'passed' : 'FAILED'}  ${seconds.toFixed(0).padStart(5)} s  ${name}`,
  );
  const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`;
  return ['', ...rows, '', `${counts.passed} passed, ${counts.failed} failed${skipped}`].join('\n');
}
