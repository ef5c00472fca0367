import { ChildProgram } from '@org/harness';

import { ScratchWorkspace } from '../scratch/scratch-workspace.ts';
import { runCase } from '../workspace.ts';
import { countMutants, type MutationReport } from './count-mutants.ts';
import { mutationScopes, type MutationScope } from './scope.ts';

/**
 * `npm run mutation`, or `npm run mutation -- core account`: Stryker over what needs no database.
 *
 * It works in a copy of the workspace and mutates in place there: a package of the workspace is
 * linked to its folder, so a test would load the sources beside Stryker's own sandbox.
 * MUTATION_CONCURRENCY is how many mutants are tried at once. Default: 2.
 */
const LEAST_SCORE_PERCENT = 85;

const VITEST_CONFIG = 'vitest.mutation.config.ts';
const STRYKER_CONFIG = 'stryker.config.json';
const REPORT = 'mutation.json';

function vitestConfig(library: string, { tests }: MutationScope): string {
  const config = {
    root: `libs/${library}`,
    ssr: { resolve: { conditions: ['@org/source'] } },
    test: { include: tests, testTimeout: 300_000 },
  };
  return `export default ${JSON.stringify(config)};\n`;
}

function strykerConfig(library: string, { files }: MutationScope): string {
  return JSON.stringify({
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: VITEST_CONFIG, related: false },
    mutate: files.map((path) => `libs/${library}/${path}`),
    inPlace: true,
    coverageAnalysis: 'perTest',
    disableTypeChecks: false,
    concurrency: Number(process.env['MUTATION_CONCURRENCY'] ?? 2),
    timeoutMS: 30_000,
    reporters: ['clear-text', 'json', 'progress-append-only'],
    clearTextReporter: { allowColor: false, reportTests: false },
    jsonReporter: { fileName: REPORT },
    thresholds: { high: 100, low: LEAST_SCORE_PERCENT, break: LEAST_SCORE_PERCENT },
    allowConsoleColors: false,
  });
}

/** @throws ProgramFailedError with the survivors, if the score is too low */
async function mutate(scratch: ScratchWorkspace, library: string): Promise<string> {
  const scope = mutationScopes[library] as MutationScope;
  scratch.write(VITEST_CONFIG, vitestConfig(library, scope));
  scratch.write(STRYKER_CONFIG, strykerConfig(library, scope));
  const stryker = new ChildProgram({
    command: 'stryker',
    arguments: ['run', STRYKER_CONFIG],
    directory: scratch.root,
    environment: scratch.environment,
    inheritsOutput: true,
  });
  const code = await stryker.exited();
  const { files, mutants, survived, score } = countMutants(
    JSON.parse(scratch.read(REPORT)) as MutationReport,
  );
  const told = `${files} files, ${mutants} mutants, ${survived} survived, ${score.toFixed(1)} %`;
  if (code !== 0) {
    throw new Error(`Too many mutants survive: ${told}`);
  }
  return told;
}

const libraries = Object.keys(mutationScopes);
const named = process.argv.slice(2);
const unknown = named.filter((each) => !libraries.includes(each));
if (unknown.length > 0) {
  process.stderr.write(`Not mutated: ${unknown.join(', ')}. There are ${libraries.join(', ')}.\n`);
  process.exit(2);
}
await ScratchWorkspace.use('mutation', async (scratch) => {
  for (const library of named.length > 0 ? named : libraries) {
    await runCase(library, () => mutate(scratch, library));
  }
});
