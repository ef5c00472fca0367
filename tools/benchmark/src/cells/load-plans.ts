import type { LoadPlans } from './load-cell.ts';

/** For requests that take about as long as a query: as many as fit into the time. */
export const QUICK_REQUESTS: LoadPlans = {
  quick: {
    rounds: { atMost: 3, atLeast: 2, within: 4_000 },
    extent: { seconds: 0.8 },
    warmUp: { seconds: 0.6 },
  },
  full: {
    rounds: { atMost: 9, atLeast: 5, within: 60_000 },
    extent: { seconds: 2.5 },
    warmUp: { seconds: 3 },
  },
};

/** For requests that hash a password. */
export const HASHING_REQUESTS: LoadPlans = {
  quick: {
    rounds: { atMost: 2, atLeast: 2, within: 4_000 },
    extent: { count: 24 },
    warmUp: { count: 8 },
  },
  full: {
    rounds: { atMost: 7, atLeast: 4, within: 34_000 },
    extent: { count: 120 },
    warmUp: { count: 40 },
  },
};
