import { setTimeout as delay } from 'node:timers/promises';

import type { Mode } from '../arguments.ts';
import { logInEach, requestOwnAccount, type Owner } from '../data/owners.ts';
import { interleave, type Rounds } from '../interleave.ts';
import { sendRepeatedly } from '../load/send-repeatedly.ts';
import { readResidentMebibytes } from '../resident-memory.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { DEPLOYED, SIDES, type Side } from '../servers/server-definition.ts';
import type { Cell, CellContext } from './cell.ts';
import { makeLogins } from './login.ts';
import { compareSides, type Quantity } from './quantity.ts';
import { requestUpdates } from './update-profile.ts';

interface Sample {
  readonly idleMebibytes: number;
  readonly loadedMebibytes: number;
}

interface Plan {
  readonly rounds: Rounds;
  readonly reads: number;
  readonly updates: number;
  readonly logins: number;
  readonly restMilliseconds: number;
}

const NAME = 'memory';
const CONNECTIONS = 8;

/** Both sides get the same number of requests: the faster one should not be the bigger for it. */
const PLANS: Readonly<Record<Mode, Plan>> = {
  quick: {
    rounds: { atMost: 1, atLeast: 1, within: 1_000 },
    reads: 2_000,
    updates: 400,
    logins: 16,
    restMilliseconds: 500,
  },
  full: {
    rounds: { atMost: 3, atLeast: 2, within: 35_000 },
    reads: 12_000,
    updates: 2_000,
    logins: 48,
    restMilliseconds: 1_500,
  },
};

const QUANTITIES: readonly Quantity<Sample>[] = [
  { name: 'idle', unit: 'MiB', of: ({ idleMebibytes }) => idleMebibytes },
  { name: 'after load', unit: 'MiB', of: ({ loadedMebibytes }) => loadedMebibytes },
];

/** Resident memory of a server that has just answered once, and after reads, updates and logins. */
export const memory: Cell = {
  name: NAME,
  measure: async (context) => {
    const { rounds } = PLANS[context.mode];
    const owners = await context.sides.logIn(context.data.owners[0] ?? 0);
    const samples = await interleave(SIDES, rounds, async (side, round) => {
      const sample = await weighOnce(side, owners[side], context);
      const [idle, loaded] = QUANTITIES.map(({ of }) => of(sample).toFixed(0));
      context.report(
        `round ${round + 1}/${rounds.atMost}, ${side}: ${idle} MiB idle, ${loaded} MiB after load`,
      );
      return sample;
    });
    return compareSides(NAME, QUANTITIES, samples);
  },
};

async function weighOnce(side: Side, owner: Owner, context: CellContext): Promise<Sample> {
  const { restMilliseconds } = PLANS[context.mode];
  const server = await context.bench.start(DEPLOYED[side]);
  try {
    await server.request(requestOwnAccount(owner), 200);
    await delay(restMilliseconds);
    const idleMebibytes = readResidentMebibytes(server.pid);
    await putUnderLoad(server, context);
    await delay(restMilliseconds);
    return { idleMebibytes, loadedMebibytes: readResidentMebibytes(server.pid) };
  } finally {
    await server.stop();
  }
}

async function putUnderLoad(server: RunningServer, { data, mode }: CellContext): Promise<void> {
  const { reads, updates, logins } = PLANS[mode];
  const owners = await logInEach(server, data.owners.slice(0, CONNECTIONS));
  const ownerOf = (connection: number) => owners.slice(connection, connection + 1);
  await sendRepeatedly(server, {
    connections: CONNECTIONS,
    extent: { count: reads },
    requestsOf: (connection) => ownerOf(connection).map(requestOwnAccount),
  });
  await sendRepeatedly(server, {
    connections: CONNECTIONS,
    extent: { count: updates },
    requestsOf: (connection) => ownerOf(connection).flatMap(requestUpdates),
  });
  await sendRepeatedly(server, makeLogins(data.comers, CONNECTIONS, { count: logins }));
}
