import { runCommand } from '@org/harness';

import type { TimeLimits } from '../time-limits.ts';

/** A mongod that answered `--version`. */
export interface MongodBinary {
  /** Absolute path. */
  readonly path: string;
  /** Such as `6.0.5`. */
  readonly version: string;
  /** Name of the source that had it. */
  readonly source: string;
}

/** What a source is told about the search. */
export interface MongodSearch {
  /** The path that was asked for, if one was. */
  readonly binary: string | undefined;
  /** The path that was used for this data folder before. */
  readonly remembered: string | undefined;
  /** The data that it is for, with the version that wrote them; undefined: there are none yet. */
  readonly data: { readonly directory: string; readonly version: string } | undefined;
  /** Where downloads are kept, for every data folder. */
  readonly cacheDirectory: string;
  /** For commands that are run; its PATH is the one that is searched. */
  readonly environment: NodeJS.ProcessEnv;
  /** Takes one line of progress. */
  readonly report: (line: string) => void;
  readonly limits: TimeLimits;
}

/** Why a source gives no mongod. */
export interface NoMongod {
  /** For the reader of an error message; no full stop. */
  readonly reason: string;
  /** A mongod that would do, were it not for the major version of the data. */
  readonly incompatible?: MongodBinary | undefined;
}

/** Where a mongod may come from. */
export interface MongodSource {
  readonly name: string;
  /** @throws Error if no other source may be tried after this one */
  find(search: MongodSearch): Promise<MongodBinary | NoMongod>;
}

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

/** Why a version cannot open the data of a search, which only the same major may; undefined: it can. */
export function explainMismatch(version: string, { data }: MongodSearch): string | undefined {
  const required = majorOf(data?.version ?? version);
  return majorOf(version) === required
    ? undefined
    : `is MongoDB ${version}, but the data need ${required}.x`;
}

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

/** The major version of `6.0.5` is 6. */
function majorOf(version: string): number {
  return Number.parseInt(version, 10);
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
