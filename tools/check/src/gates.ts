/** One check of the whole workspace. */
export interface Gate {
  readonly name: string;
  readonly command: string;
  readonly words: readonly string[];
}

/** Where the test run leaves its counts, below the workspace. */
export const TEST_REPORT = 'node_modules/.cache/check/tests.json';

/** A gate that is a program of some tool. */
function program(name: string, path: string, ...words: readonly string[]): Gate {
  return { name, command: 'node', words: ['--conditions=@org/source', `tools/${path}`, ...words] };
}

/**
 * Every gate, by stages, one after another. Those of a stage run beside each other: none changes what
 * another reads, or decides by a time without much room. What fails most often comes first, and in a
 * stage what takes longest.
 */
export const stages: readonly (readonly Gate[])[] = [
  [
    { name: 'types', command: 'tsc', words: ['--build'] },
    { name: 'format', command: 'prettier', words: ['--check', '--log-level=warn', '.'] },
    { name: 'references', command: 'nx', words: ['sync:check'] },
  ],
  [
    { name: 'lint', command: 'npm', words: ['run', 'lint'] },
    program('rename-scope', 'check/src/scratch/rename-scope.ts'),
    program('affected', 'check/src/scratch/affected.ts'),
  ],
  [
    {
      name: 'build',
      command: 'nx',
      words: ['run-many', '--targets=build', '--outputStyle=static'],
    },
  ],
  // Writes what the next ones read.
  [program('openapi', 'check/src/openapi.ts')],
  [
    {
      name: 'tests',
      command: 'npm',
      words: [
        ...['test', '--', '--reporter=default', '--reporter=json'],
        `--outputFile.json=${TEST_REPORT}`,
      ],
    },
    // Small ones: the tests wait for a sixth of their time.
    program('release', 'check/src/scratch/release.ts'),
    program('API reports', 'check/src/api-reports.ts'),
    program('packages', 'check/src/packages.ts'),
    program('Unicode', 'check/src/judges/unicode.ts'),
    program('docs', 'check/src/docs/docs.ts'),
    program('mail addresses', 'check/src/judges/mail-addresses.ts'),
    program('lock file', 'check/src/lock-file.ts'),
  ],
  [
    // Most of their time they wait, for leases and elections.
    program('faults', 'faults/src/main.ts', '--quick', '--built', '--members', '1'),
    program('faults on three nodes', 'faults/src/main.ts', '--quick', '--built', '--members', '3'),
    program('generator', 'check/src/scratch/generator.ts'),
    program('consumers', 'check/src/consumers/consumers.ts'),
    program('changes', 'check/src/scratch/changes.ts'),
    program('cached runs', 'check/src/scratch/cached-runs.ts'),
    program('fuzzing', 'check/src/fuzzing/fuzzing.ts'),
    program('page headers', 'check/src/page-headers/page-headers.ts'),
  ],
  [program('benchmark', 'benchmark/src/main.ts', '--quick', '--check')],
];
