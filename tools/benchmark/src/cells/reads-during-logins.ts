import { bySide } from '../bench.ts';
import { COMERS, logInEach, OWNERS } from '../data/people.ts';
import type { LoadResult } from '../load/load.ts';
import { compareSides, CONNECTIONS, type Cell, type Quantity } from './cell.ts';
import { logInRepeatedly, read } from './requests.ts';

interface Sample {
  readonly reads: LoadResult;
  readonly loginsPerSecond: number;
}

const NAME = 'reads while logins storm';
const WARM_UP = { seconds: 0.8 };
/** So much longer do the logins go on than the reads, which they must not leave alone. */
const OVERLAP_SECONDS = 0.3;

const PLANS = {
  quick: { rounds: { atMost: 2, atLeast: 2, within: 5_000 }, seconds: 1.2 },
  full: { rounds: { atMost: 5, atLeast: 4, within: 50_000 }, seconds: 3.5 },
};

const QUANTITIES: readonly Quantity<Sample>[] = [
  { name: 'p99 of the reads', unit: 'ms', of: ({ reads }) => reads.p99Milliseconds },
  { name: 'median of the reads', unit: 'ms', of: ({ reads }) => reads.medianMilliseconds },
  { name: 'reads', unit: 'requests/s', of: ({ reads }) => reads.answersPerSecond },
  { name: 'logins', unit: 'requests/s', of: ({ loginsPerSecond }) => loginsPerSecond },
];

/** Accounts read while others log in without pause. */
export const readsDuringLogins: Cell = {
  name: NAME,
  measure: async (context) => {
    const { bench, mode } = context;
    const { rounds, seconds } = PLANS[mode];
    const servers = await bench.startSides();
    const people = OWNERS.slice(0, CONNECTIONS);
    const owners = await bySide((side) => logInEach(servers[side], people));
    await bySide((side) => read(servers[side], owners[side], WARM_UP));
    return compareSides<Sample>(context, {
      name: NAME,
      rounds,
      quantities: QUANTITIES,
      measure: async (side) => {
        const server = servers[side];
        const [logins, reads] = await Promise.all([
          logInRepeatedly(server, COMERS, { seconds: seconds + OVERLAP_SECONDS }),
          bench.measure(server, () => read(server, owners[side], { seconds })),
        ]);
        return { reads, loginsPerSecond: logins.milliseconds.length / logins.seconds };
      },
      render: ({ reads }) => `p99 of the reads ${reads.p99Milliseconds.toFixed(0)} ms`,
    });
  },
};
