import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { listExecutables } from '@org/harness';

import { IncompatibleDataError, MongodBinaryError } from '../errors.ts';
import { cachedMemoryServerBinary } from './memory-server-source.ts';
import type { MongodBinary, MongodSearch, MongodSource, NoMongod } from './mongod-source.ts';
import { verifyMongod } from './verify-mongod.ts';
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
    const candidates = listExecutables('mongod', search.environment['PATH']);
    return (await takeFirstUsable(candidates, this.name, search)) ?? { reason: 'no mongod there' };
  },
};

/** What was used for this data folder before, then what was downloaded before. */
export const rememberedSource: MongodSource = {
  name: 'found before',
  async find(search) {
    const { cacheDirectory, remembered } = search;
    const downloads = [cachedMemoryServerBinary(cacheDirectory), cachedWheelBinary(cacheDirectory)];
    const candidates = new Set(remembered === undefined ? downloads : [remembered, ...downloads]);
    const present = [...candidates].filter((path) => existsSync(path));
    return (await takeFirstUsable(present, this.name, search)) ?? { reason: 'none yet' };
  },
};

/** The first of several candidates that can be used; undefined without candidates. */
async function takeFirstUsable(
  candidates: readonly string[],
  source: string,
  search: MongodSearch,
): Promise<MongodBinary | NoMongod | undefined> {
  const refused: NoMongod[] = [];
  for (const path of candidates) {
    const outcome = await verifyMongod(path, source, search);
    if (!('reason' in outcome)) {
      return outcome;
    }
    search.report(`passed over: ${outcome.reason}`);
    refused.push(outcome);
  }
  const reason = refused.map((each) => each.reason).join('; ');
  const incompatible = refused.flatMap((each) => each.incompatible ?? [])[0];
  const failed = incompatible === undefined ? { reason } : { reason, incompatible };
  return refused.length === 0 ? undefined : failed;
}
