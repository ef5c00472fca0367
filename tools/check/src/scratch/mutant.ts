import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ProgramFailedError, runCommand } from '@org/harness';

import type { ScratchWorkspace } from './scratch-workspace.ts';

/** A change of a library's source that a test must notice. Paths are below the library. */
export interface Mutant {
  readonly file: string;
  /** A text that is in the file once. */
  readonly from: string;
  readonly to: string;
  /** The test file that fails by it. A short one is best: it runs twice in every CI. */
  readonly test: string;
}

/** Of vitest's JSON report, what is read here. */
interface TestReport {
  readonly testResults: readonly {
    /** Path. */
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

// Where git does not see them.
const CONFIG = 'node_modules/.cache/vitest.mutants.config.mjs';
const REPORT = 'node_modules/.cache/mutants.json';

/** Of one project: with all those of the workspace, vitest takes seconds to begin. */
const config = {
  ssr: { resolve: { conditions: ['@org/source'] } },
  test: {
    include: ['libs/*/test/**/*.test.ts'],
    isolate: false,
    setupFiles: ['@org/harness/vitest-fresh-modules'],
    globalSetup: ['@org/local-mongodb/vitest-global-setup'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
};

/** @throws Error that says what to add, if the library has none */
export function readMutant(root: string, library: string): Mutant {
  const path = `${library}/test/mutant.json`;
  if (!existsSync(join(root, path))) {
    throw new Error(
      `${path} is missing. It names one change of the library's source and the test file that ` +
        'fails by it: {"file": "src/….ts", "from": "…", "to": "…", "test": "test/….test.ts"}.',
    );
  }
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as Mutant;
}

/** Makes the change. @throws Error unless `from` is in the file once */
export function applyMutant(root: string, library: string, mutant: Mutant): void {
  const path = join(root, library, mutant.file);
  const parts = readFileSync(path, 'utf8').split(mutant.from);
  if (parts.length !== 2) {
    throw new Error(
      `${library}/test/mutant.json: "from" must be in ${mutant.file} once, ` +
        `not ${parts.length - 1} times.`,
    );
  }
  writeFileSync(path, parts.join(mutant.to));
}

/**
 * Runs test files of libraries until a test fails.
 *
 * @returns the titles of the tests that failed
 * @throws ProgramFailedError if no test failed, and of some file none ran
 */
export async function findFailures(
  scratch: ScratchWorkspace,
  paths: readonly string[],
  mongodbUri: string,
): Promise<readonly string[]> {
  scratch.write(CONFIG, `export default ${JSON.stringify(config)};\n`);
  rmSync(join(scratch.root, REPORT), { force: true });
  const options = [`--config=${CONFIG}`, '--bail=1', '--reporter=json', `--outputFile=${REPORT}`];
  const { output } = await runCommand('vitest', ['run', ...options, ...paths], {
    directory: scratch.root,
    environment: { ...scratch.environment, TEST_MONGODB_URI: mongodbUri },
  });
  const hasReport = existsSync(join(scratch.root, REPORT));
  const { testResults } = JSON.parse(
    hasReport ? scratch.read(REPORT) : '{"testResults":[]}',
  ) as TestReport;
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.filter(({ status }) => status === 'failed');
  const ran = testResults.filter(({ assertionResults }) => assertionResults.length > 0);
  const missing = paths.filter((path) => !ran.some(({ name }) => name.endsWith(path)));
  if (failed.length === 0 && missing.length > 0) {
    throw new ProgramFailedError(`No test of ${missing.join(', ')} ran.`, output);
  }
  return failed.map(({ fullName }) => fullName);
}
