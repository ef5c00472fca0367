import type { Mode } from '../arguments.ts';
import { logInEach, requestOwnAccount } from '../data/owners.ts';
import { interleave, type Rounds } from '../interleave.ts';
import { measureLoad, type LoadResult } from '../load/load-result.ts';
import { sendRepeatedly, type RequestLoad } from '../load/send-repeatedly.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { SIDES, type Side } from '../servers/server-definition.ts';
import type { BothSides } from './both-sides.ts';
import type { Cell, CellContext } from './cell.ts';
import { makeLogins } from './login.ts';
import { compareSides, type Quantity } from './quantity.ts';

interface Sample {
  readonly reads: LoadResult;
  readonly loginsPerSecond: number;
}

const NAME = 'reads while logins storm';
const LOGIN_CONNECTIONS = 8;
const READ_CONNECTIONS = 8;
const WARM_UP_SECONDS = 0.8;
/** So much longer do the logins go on than the reads, which they must not leave alone. */
const OVERLAP_SECONDS = 0.3;

const PLANS: Readonly<Record<Mode, { rounds: Rounds; seconds: number }>> = {
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
    const samples = await context.sides.use('api', (servers) => sampleStorms(servers, context));
    return compareSides(NAME, QUANTITIES, samples);
  },
};

async function sampleStorms(
  servers: BothSides,
  { bench, data, mode, report }: CellContext,
): Promise<Map<Side, Sample[]>> {
  const { rounds, seconds } = PLANS[mode];
  const makeReads = {
    program: await prepareReads(servers.program, data.owners),
    limit: await prepareReads(servers.limit, data.owners),
  };
  for (const side of SIDES) {
    await sendRepeatedly(servers[side], makeReads[side](WARM_UP_SECONDS));
  }
  return interleave(SIDES, rounds, async (side, round) => {
    const storm = sendRepeatedly(
      servers[side],
      makeLogins(data.comers, LOGIN_CONNECTIONS, { seconds: seconds + OVERLAP_SECONDS }),
    );
    const processes = { server: servers[side].pid, mongod: bench.mongodPid };
    const [reads, logins] = await Promise.all([
      measureLoad(processes, () => sendRepeatedly(servers[side], makeReads[side](seconds))),
      storm,
    ]);
    const p99 = reads.p99Milliseconds.toFixed(0);
    report(`round ${round + 1}/${rounds.atMost}, ${side}: p99 of the reads ${p99} ms`);
    return { reads, loginsPerSecond: logins.milliseconds.length / logins.seconds };
  });
}

async function prepareReads(
  server: RunningServer,
  people: readonly number[],
): Promise<(seconds: number) => RequestLoad> {
  const owners = await logInEach(server, people.slice(0, READ_CONNECTIONS));
  const requests = owners.map(requestOwnAccount);
  return (seconds) => ({
    connections: READ_CONNECTIONS,
    extent: { seconds },
    requestsOf: (connection) => requests.slice(connection, connection + 1),
  });
}
