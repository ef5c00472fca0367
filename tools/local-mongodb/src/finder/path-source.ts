import { listExecutables } from './list-executables.ts';
import type { MongodSource } from './mongod-source.ts';
import { takeFirstUsable } from './verify-mongod.ts';

/** The first mongod on PATH that works; broken ones are passed over, with their reasons kept. */
export const pathSource: MongodSource = {
  name: 'PATH',
  async find(search) {
    search.report('looking for mongod on PATH');
    const candidates = await listExecutables('mongod', search.environment['PATH']);
    return takeFirstUsable(candidates, this.name, search, 'no mongod there');
  },
};
