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
  readonly incompatible?: MongodBinary;
}

/** Where a mongod may come from. */
export interface MongodSource {
  readonly name: string;
  /** @throws Error if no other source may be tried after this one */
  find(search: MongodSearch): Promise<MongodBinary | NoMongod>;
}

/** The major version of `6.0.5` is 6. */
export function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}

/** Why a version cannot open the data of a search, which only the same major may; undefined: it can. */
export function explainMismatch(version: string, { data }: MongodSearch): string | undefined {
  const required = majorOf(data?.version ?? version);
  return majorOf(version) === required
    ? undefined
    : `is MongoDB ${version}, but the data need ${required}.x`;
}
