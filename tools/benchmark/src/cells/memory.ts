import { setTimeout as delay } from 'node:timers/promises';

import { readResidentMebibytes } from '@org/harness';

import { DEPLOYED, type Side } from '../bench.ts';
import {
  COMERS,
  logInEach,
  logInOnSides,
  OWNERS,
  requestOwnAccount,
  type Owner,
} from '../data/people.ts';
import { compareSides, CONNECTIONS, type Cell, type CellContext } from './cell.ts';
import { logInRepeatedly, read, update } from './requests.ts';

/** In mebibytes. */
interface Sample {
  readonly idle: number;
  readonly loaded: number;
}

/** Both sides get the same number of requests: the faster one should not be the bigger for it. */
const PLANS = {
  quick: {
    rounds: { atMost: 1, atLeast: 1, within: 1_000 },
    requests: { reads: 2_000, updates: 400, logins: 16 },
    restMilliseconds: 500,
  },
  full: {
    rounds: { atMost: 3, atLeast: 2, within: 35_000 },
    requests: { reads: 12_000, updates: 2_000, logins: 48 },
    restMilliseconds: 1_500,
  },
};

/** Resident memory of a server that has just answered once, and after reads, updates and logins. */
export const memory: Cell = {
  name: 'memory',
  measure: async (context) => {
    const owners = await logInOnSides(context.bench);
    return compareSides<Sample>(context, {
      name: 'memory',
      rounds: PLANS[context.mode].rounds,
      quantities: [
        { name: 'idle', unit: 'MiB', of: ({ idle }) => idle },
        { name: 'after load', unit: 'MiB', of: ({ loaded }) => loaded },
      ],
      measure: (side) => weighOnce(side, owners[side], context),
      render: ({ idle, loaded }) =>
        `${idle.toFixed(0)} MiB idle, ${loaded.toFixed(0)} MiB after load`,
    });
  },
};

async function weighOnce(side: Side, owner: Owner, { bench, mode }: CellContext): Promise<Sample> {
  const { requests, restMilliseconds } = PLANS[mode];
  const server = await bench.start(DEPLOYED[side]);
  await server.request(requestOwnAccount(owner), 200);
  await delay(restMilliseconds);
  const idle = readResidentMebibytes(server.pid);
  const owners = await logInEach(server, OWNERS.slice(0, CONNECTIONS));
  await read(server, owners, { count: requests.reads });
  await update(server, owners, { count: requests.updates });
  await logInRepeatedly(server, COMERS, { count: requests.logins });
  await delay(restMilliseconds);
  const loaded = readResidentMebibytes(server.pid);
  await server.kill();
  return { idle, loaded };
}
