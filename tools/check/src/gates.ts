/** One check of the whole workspace. */
export interface Gate {
  readonly name: string;
  readonly command: string;
  readonly words: readonly string[];
  /**
   * Changes nothing that others read, and decides by no timing or by ones with much room: another
   * such gate may run beside it. Default: no.
   */
  readonly isPairable?: boolean;
}

/** Where the test run leaves its counts, below the workspace. */
export const TEST_REPORT = 'node_modules/.cache/check/tests.json';

/** A gate that is a program of some tool. */
function program(name: string, path: string, ...words: readonly string[]): Gate {
  return { name, command: 'node', words: ['--conditions=@org/source', `tools/${path}`, ...words] };
}

/** As {@link program}, for one that works in a copy of the workspace or only reads. */
function pairable(name: string, path: string): Gate {
  return { ...program(name, `check/src/${path}`), isPairable: true };
}

/**
 * Every gate, in the order in which they run: what fails most often first, what takes long last, and
 * pairable ones so that both cores stay busy.
 */
export const gates: readonly Gate[] = [
  { name: 'format', command: 'prettier', words: ['--check', '--log-level=warn', '.'] },
  { name: 'references', command: 'nx', words: ['sync:check'] },
  { name: 'types', command: 'tsc', words: ['--build'] },
  { name: 'lint', command: 'npm', words: ['run', 'lint'], isPairable: true },
  pairable('rename-scope', 'scratch/rename-scope.ts'),
  pairable('affected', 'scratch/affected.ts'),
  { name: 'build', command: 'nx', words: ['run-many', '--targets=build', '--outputStyle=static'] },
  program('packages', 'check/src/packages.ts'),
  program('API reports', 'check/src/api-reports.ts'),
  program('lock file', 'check/src/lock-file.ts'),
  program('docs', 'check/src/docs/docs.ts'),
  program('openapi', 'check/src/openapi.ts'),
  {
    name: 'tests',
    command: 'npm',
    words: [
      ...['test', '--', '--reporter=default', '--reporter=json'],
      `--outputFile.json=${TEST_REPORT}`,
    ],
  },
  // Half of its time it waits, for leases and elections.
  { ...program('faults', 'faults/src/main.ts', '--quick'), isPairable: true },
  pairable('generator', 'scratch/generator.ts'),
  pairable('changes', 'scratch/changes.ts'),
  pairable('consumers', 'consumers/consumers.ts'),
  pairable('cached runs', 'scratch/cached-runs.ts'),
  pairable('release', 'scratch/release.ts'),
  pairable('fuzzing', 'fuzzing/fuzzing.ts'),
  pairable('Unicode', 'judges/unicode.ts'),
  pairable('mail addresses', 'judges/mail-addresses.ts'),
  pairable('page headers', 'page-headers/page-headers.ts'),
  program('benchmark', 'benchmark/src/main.ts', '--quick', '--check'),
];
