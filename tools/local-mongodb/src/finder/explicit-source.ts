import { resolve } from 'node:path';

import { IncompatibleDataError, MongodBinaryError } from '../errors.ts';
import type { MongodSource } from './mongod-source.ts';
import { verifyMongod } from './verify-mongod.ts';

/** The path that was asked for. Whoever names one wants that one, so a wrong one ends the search. */
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
