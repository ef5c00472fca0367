import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { listExecutables } from '@org/harness';

import { IncompatibleDataError, MongodBinaryError } from '../errors.ts';
import { cachedMemoryServerBinary } from './memory-server-source.ts';
import {
  verifyMongod,
  type MongodBinary,
  type MongodSearch,
  type MongodSource,
  type NoMongod,
} from './mongod-source.ts';
import { cachedWheelBinary } from './wheel-source.ts';

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
