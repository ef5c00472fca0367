import { stripVTControlCharacters } from 'node:util';

import { workspaceRoot } from '@org/harness';

/** How one gate went. */
export interface GateOutcome {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** What it printed, unless that was shown at once. */
  readonly output: string;
}

/** What is used here of vitest's JSON report. */
export interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  /** A file each. */
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    /** Why the file itself failed, if it did. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

/** Whoever reads CI may see only the end of what it printed. */
const FAILURES_SHOWN = 8;
const LINES_OF_REASON = 2;
const LINES_OF_GATE = 8;
const LINE_LENGTH = 240;

/** Adds up gates and tests. Without a report the tests did not run, and their gate has failed. */
export function count(outcomes: readonly GateOutcome[], tests: TestReport | undefined) {
  const failedGates = outcomes.filter(({ passed }) => !passed).length;
  return {
    passed: outcomes.length - failedGates + (tests?.numPassedTests ?? 0),
    failed: failedGates + (tests?.numFailedTests ?? 0),
    skipped: tests?.numPendingTests ?? 0,
  };
}

/** A row per gate, what failed, and the line that CI reads. */
export function renderSummary(
  outcomes: readonly GateOutcome[],
  tests: TestReport | undefined,
): string {
  const { passed, failed, skipped } = count(outcomes, tests);
  const rows = outcomes.map(
    ({ name, passed: hasPassed, seconds }) =>
      `${hasPassed ? 'passed' : 'FAILED'}  ${seconds.toFixed(0).padStart(5)} s  ${name}`,
  );
  const failures = [...failedTests(tests), ...outcomes.flatMap(endOfFailedGate)];
  const alsoSkipped = skipped === 0 ? '' : `, ${skipped} skipped`;
  const total = `${passed} passed, ${failed} failed${alsoSkipped}`;
  return ['', ...rows, '', ...failures.map(shorten), total].join('\n');
}

function failedTests(tests: TestReport | undefined): readonly string[] {
  const failures = (tests?.testResults ?? [])
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === 'failed');
      const file = name.replace(`${workspaceRoot}/`, '');
      return failed.length === 0
        ? [[`FAILED  ${file}`, message]]
        : failed.map((test) => [
            `FAILED  ${file}: ${test.fullName}`,
            test.failureMessages?.[0] ?? '',
          ]);
    });
  const shown = failures.slice(0, FAILURES_SHOWN).flatMap(([title = '', reason = '']) => [
    title,
    ...linesOf(reason || 'A hook failed; see above.')
      .slice(0, LINES_OF_REASON)
      .map((line) => `  ${line}`),
  ]);
  const left = failures.length - FAILURES_SHOWN;
  return left > 0 ? [...shown, `and ${left} more`] : shown;
}

function endOfFailedGate({ name, passed, output }: GateOutcome): readonly string[] {
  const lines = linesOf(output).slice(-LINES_OF_GATE);
  return passed || lines.length === 0 ? [] : [`The end of ${name}:`, ...lines];
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

function shorten(line: string): string {
  const text = stripVTControlCharacters(line);
  return text.length > LINE_LENGTH ? `${text.slice(0, LINE_LENGTH)}…` : text;
}
