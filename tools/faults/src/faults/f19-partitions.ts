import { setTimeout as delay } from 'node:timers/promises';

import { waitUntil } from '@org/harness';

import { Losses, type Loss } from '../nodes/losses.ts';
import type { Node, ReplicaSetStage } from '../nodes/replica-set-stage.ts';
import { checkCount, checkThat, formatTime, type Check } from './check.ts';
import type { ReplicaSetFault } from './fault.ts';

/** Longer than a request may take. */
const CLIENTS_CUT = { quick: 3_000, full: 15_000 };
const OWN_DATABASE = 'probes';
const STALE_POLL_MILLISECONDS = 5;

interface Probe {
  readonly _id: string;
  readonly version: number;
}

export const partitions: ReplicaSetFault = {
  id: 'F19',
  title: 'the primary of three is cut off from its secondaries, and from its clients',
  members: 3,
  run: async (context) => {
    const { stage } = context;
    const isolation = new Isolation();
    const losses = await Losses.start(context);
    return [
      ...(await losses.inflict(isolation.loss)),
      ...(await isolation.check(stage)),
      ...(await losses.inflict(CLIENTS_CUT_OFF)),
      ...(await losses.finish()),
    ];
  },
};

const CLIENTS_CUT_OFF: Loss = {
  name: 'cut off from clients',
  rounds: { quick: 1, full: 25 },
  endsWith: 'the fault',
  lasts: CLIENTS_CUT,
  begin: async (stage, primary) => stage.cutOffFromClients(primary),
  end: async (_stage, { proxy }) => proxy.heal(),
};

/** What a primary does that is cut off from the others, and what becomes of it, past the program. */
class Isolation {
  readonly loss: Loss = {
    name: 'cut off from its secondaries',
    rounds: { quick: 2, full: 25 },
    endsWith: 'the election',
    begin: (stage, primary) => this.#begin(stage, primary),
  };
  /** Ids of documents that the one that is cut off acknowledged by itself. */
  readonly #written: string[] = [];
  readonly #staleTimes: number[] = [];
  readonly #primaryTimes: number[] = [];

  async check({ nodes }: ReplicaSetStage): Promise<readonly Check[]> {
    const found = nodes.map(({ client }) =>
      probesOf(client).countDocuments({ _id: { $in: this.#written } }),
    );
    const kept = Math.max(...(await Promise.all(found)));
    const longest = (times: readonly number[]) => formatTime(Math.max(...times));
    const measured = (name: string, times: readonly number[]) =>
      checkThat(name, true, longest(times), 'measured');
    return [
      checkCount(`of ${this.#written.length} writes that it alone has, not rolled back`, kept, 0),
      measured('it takes itself for the primary for', this.#primaryTimes),
      measured('it answers with what is outdated for', this.#staleTimes),
    ];
  }

  async #begin(stage: ReplicaSetStage, primary: Node): Promise<void> {
    const id = `round ${this.#written.length}`;
    const probe = { _id: `outdated ${id}` };
    const majority = { writeConcern: { w: 'majority' } } as const;
    await probesOf(primary.client).insertOne({ ...probe, version: 1 }, majority);
    const beganAt = performance.now();
    stage.cutOffFromMembers(primary);
    await probesOf(primary.client).insertOne({ _id: id, version: 1 }, { writeConcern: { w: 1 } });
    this.#written.push(id);
    const outdated = watchOutdated(primary, probe);
    const { client } = await stage.primary(primary);
    await probesOf(client).updateOne(probe, { $set: { version: 2 } }, majority);
    const changedAt = performance.now();
    const lastSeenAt = await outdated;
    this.#primaryTimes.push(lastSeenAt - beganAt);
    this.#staleTimes.push(Math.max(0, lastSeenAt - changedAt));
  }
}

/** When a member that takes itself for the primary last answered with the first version. */
async function watchOutdated({ client }: Node, probe: Pick<Probe, '_id'>): Promise<number> {
  let lastSeenAt = performance.now();
  await waitUntil('the primary that is cut off steps down', async () => {
    const { isWritablePrimary } = await client.db('admin').command({ hello: 1 });
    const found = await probesOf(client).findOne(probe);
    if (isWritablePrimary === true && found?.version === 1) {
      lastSeenAt = performance.now();
    }
    await delay(STALE_POLL_MILLISECONDS);
    return isWritablePrimary !== true;
  });
  return lastSeenAt;
}

function probesOf(client: Node['client']) {
  return client.db(OWN_DATABASE).collection<Probe>('probes');
}
