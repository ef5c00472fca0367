import { setTimeout as delay } from 'node:timers/promises';

import { readResidentMebibytes, type ServerProgram } from '@org/harness';

import { DEPLOYED, type Side } from '../bench.ts';
import { logInEach, requestOwnAccount, type Owner } from '../data/people.ts';
import { compareSides, CONNECTIONS, type Cell, type CellContext } from './cell.ts';
import { logInRepeatedly, read, update } from './requests.ts';

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
    const owners = await context.sides.logIn(context.data.owners[0] ?? 0);
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

async function weighOnce(side: Side, owner: Owner, context: CellContext): Promise<Sample> {
  const { restMilliseconds } = PLANS[context.mode];
  const server = await context.bench.start(DEPLOYED[side]);
  try {
    await server.request(requestOwnAccount(owner), 200);
    await delay(restMilliseconds);
    const idle = readResidentMebibytes(server.pid);
    await putUnderLoad(server, context);
    await delay(restMilliseconds);
    return { idle, loaded: readResidentMebibytes(server.pid) };
  } finally {
    await server.kill();
  }
}

async function putUnderLoad(server: ServerProgram, { data, mode }: CellContext): Promise<void> {
  const { reads, updates, logins } = PLANS[mode].requests;
  const owners = await logInEach(server, data.owners.slice(0, CONNECTIONS));
  await read(server, owners, { count: reads });
  await update(server, owners, { count: updates });
  await logInRepeatedly(server, data.comers, { count: logins });
}
