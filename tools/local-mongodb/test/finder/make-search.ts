import { DEFAULT_TIME_LIMITS, type MongodSearch } from '../../src/index.ts';

/** A search in which nothing is found: no PATH, nothing remembered, no data. */
export function makeSearch(changes: Partial<MongodSearch>): MongodSearch {
  return {
    binary: undefined,
    remembered: undefined,
    data: undefined,
    cacheDirectory: '/nowhere',
    environment: {},
    report: () => undefined,
    limits: DEFAULT_TIME_LIMITS,
    ...changes,
  };
}
