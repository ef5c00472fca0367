import { runCommand } from '../process/run-command.ts';
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

/** Runs `mongod --version` and says whether this one can be used for the search. */
export async function verifyMongod(
  path: string,
  source: string,
  search: MongodSearch,
): Promise<MongodBinary | NoMongod> {
  const { environment, limits } = search;
  let output: string;
  try {
    const result = await runCommand(path, ['--version'], { environment, limit: limits.version });
    output = result.output;
    if (result.code !== 0) {
      return { reason: explainFailure(path, result.code, output) };
    }
  } catch (error) {
    return { reason: `${path} --version: ${describe(error)}` };
  }
  const version = /^db version v(\d+\.\d+\.\d+\S*)/m.exec(output)?.[1];
  if (version === undefined) {
    return { reason: `${path} is not a mongod: --version says no version` };
  }
  const binary = { path, version, source };
  if (majorOf(version) < OLDEST_MAJOR) {
    return { reason: `${path} is MongoDB ${version}, older than ${OLDEST_MAJOR}.0` };
  }
  const mismatch = explainMismatch(version, search);
  return mismatch === undefined ? binary : { reason: `${path} ${mismatch}`, incompatible: binary };
}

/**
 * The first of several candidates that can be used.
 *
 * @param otherwise the reason when there is no candidate at all.
 */
export async function takeFirstUsable(
  candidates: readonly string[],
  source: string,
  search: MongodSearch,
  otherwise: string,
): Promise<MongodBinary | NoMongod> {
  const reasons: string[] = [];
  let incompatible: MongodBinary | undefined;
  for (const path of candidates) {
    const outcome = await verifyMongod(path, source, search);
    if (!('reason' in outcome)) {
      return outcome;
    }
    search.report(`passed over: ${outcome.reason}`);
    reasons.push(outcome.reason);
    incompatible ??= outcome.incompatible;
  }
  const reason = reasons.length === 0 ? otherwise : reasons.join('; ');
  return incompatible === undefined ? { reason } : { reason, incompatible };
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

function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') {
    return 'there is no such file (or not its interpreter)';
  }
  if (code === 'EACCES') {
    return 'it may not be executed';
  }
  return error.message;
}
