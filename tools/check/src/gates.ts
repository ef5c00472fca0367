/** One check of the whole workspace. */
export interface Gate {
  readonly name: string;
  readonly command: string;
  readonly words: readonly string[];
}

/** Where the test run leaves its counts, below the workspace. */
export const TEST_REPORT = 'node_modules/.cache/check/tests.json';

const NODE = ['--conditions=@org/source'];

/** Every gate, in the order in which they run: what fails most often first, what takes long last. */
export const gates: readonly Gate[] = [
  { name: 'format', command: 'prettier', words: ['--check', '--log-level=warn', '.'] },
  { name: 'references', command: 'nx', words: ['sync:check'] },
  { name: 'types', command: 'tsc', words: ['--build'] },
  { name: 'lint', command: 'npm', words: ['run', 'lint'] },
  { name: 'build', command: 'nx', words: ['run-many', '--targets=build', '--outputStyle=static'] },
  { name: 'packages', command: 'node', words: [...NODE, 'tools/check/src/packages.ts'] },
  { name: 'openapi', command: 'node', words: [...NODE, 'tools/check/src/openapi.ts'] },
  { name: 'lock file', command: 'node', words: [...NODE, 'tools/check/src/lock-file.ts'] },
  {
    name: 'tests',
    command: 'npm',
    words: [
      'test',
      '--',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${TEST_REPORT}`,
    ],
  },
  {
    name: 'benchmark',
    command: 'node',
    words: [...NODE, 'tools/benchmark/src/main.ts', '--quick', '--check'],
  },
];
