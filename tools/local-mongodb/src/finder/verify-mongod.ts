import { runCommand } from '@org/harness';

import {
  explainMismatch,
  majorOf,
  type MongodBinary,
  type MongodSearch,
  type NoMongod,
} from './mongod-source.ts';

/** The oldest major version that is used: what this project's tests run on. */
const OLDEST_MAJOR = 6;

const PACKAGES: Readonly<Record<string, string>> = {
  'libcurl.so.4': 'libcurl4',
  'libssl.so.3': 'libssl3',
  'libcrypto.so.3': 'libssl3',
};

const CODES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file (or not its interpreter)',
  EACCES: 'it may not be executed',
};

/** Runs `mongod --version` and says whether this one can be used for the search. */
export async function verifyMongod(
  path: string,
  source: string,
  search: MongodSearch,
): Promise<MongodBinary | NoMongod> {
  const options = { environment: search.environment, limit: search.limits.version };
  let output: string;
  try {
    const result = await runCommand(path, ['--version'], options);
    output = result.output;
    if (result.code !== 0) {
      return { reason: explainFailure(path, result.code, output) };
    }
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return { reason: `${path} --version: ${CODES[code] ?? message}` };
  }
  const version = /^db version v(\d+\.\d+\.\d+\S*)/m.exec(output)?.[1];
  if (version === undefined) {
    return { reason: `${path} is not a mongod: --version says no version` };
  }
  if (majorOf(version) < OLDEST_MAJOR) {
    return { reason: `${path} is MongoDB ${version}, older than ${OLDEST_MAJOR}.0` };
  }
  const binary = { path, version, source };
  const mismatch = explainMismatch(version, search);
  return mismatch === undefined ? binary : { reason: `${path} ${mismatch}`, incompatible: binary };
}

function explainFailure(path: string, code: number | null, output: string): string {
  const library = /error while loading shared libraries: ([^:\s]+)/.exec(output)?.[1];
  if (library === undefined) {
    const lastLine = output.split('\n').at(-1) ?? '';
    const ending = code === null ? 'was killed' : `ended with exit code ${code}`;
    return `${path} --version ${ending}${lastLine === '' ? '' : `: ${lastLine}`}`;
  }
  const packageName = PACKAGES[library];
  const advice = packageName === undefined ? '' : ` (apt-get install ${packageName})`;
  return `${path} needs the shared library ${library}, which is not installed${advice}`;
}
