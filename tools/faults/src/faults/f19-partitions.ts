import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { median, quantile, waitUntil, type ByMode } from '@org/harness';

import type { ObjectId } from 'mongodb';

import type { Loss } from '../nodes/loss.ts';
import { Losses } from '../nodes/losses.ts';
import {
  answered,
  untilAnswered,
  type Node,
  type ReplicaSetStage,
} from '../nodes/replica-set-stage.ts';
import { checkCount, checkThat, formatTime, type Check } from './check.ts';
import type { ReplicaSetFault } from './fault.ts';

/** Longer than a request may take. */
const CLIENTS_CUT = { quick: 3_000, full: 15_000 };
const READS = { quick: 100, full: 5_000 };
const READ_CONCERNS = ['local', 'majority', 'linearizable'] as const;
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
    const { stage, mode } = context;
    const name = 'cut off from its secondaries';
    const isolation = new Isolation(name, { quick: 2, full: 20 });
    const isolationByDefault = new Isolation(`${name}, by MongoDB's own election timeout`, {
      quick: 0,
      full: 5,
    });
    const losses = await Losses.start(context);
    return [
      ...(await losses.inflict(isolation.loss)),
      ...(await isolation.check(stage)),
      ...(await losses.inflict(CLIENTS_CUT_OFF)),
      ...(await losses.inflictByDefault(isolationByDefault.loss)),
      ...(await isolationByDefault.check(stage)),
      ...(await losses.finish()),
      ...(await measureReads(stage, READS[mode])),
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
  readonly loss: Loss;
  /** Ids of documents that the one that is cut off acknowledged by itself. */
  readonly #written: string[] = [];
  readonly #staleTimes: number[] = [];
  readonly #primaryTimes: number[] = [];

  constructor(name: string, rounds: ByMode) {
    const begin: Loss['begin'] = (stage, primary) => this.#begin(stage, primary);
    // The other secondary first has to notice that it gets nothing more from this one.
    this.loss = { name, rounds, endsWith: 'its first majority', begin };
  }

  async check({ nodes }: ReplicaSetStage): Promise<readonly Check[]> {
    if (this.#written.length === 0) {
      return [];
    }
    const found = nodes.map(({ client }) =>
      untilAnswered(() => probesOf(client).countDocuments({ _id: { $in: this.#written } })),
    );
    const kept = Math.max(...(await Promise.all(found)));
    const longest = (times: readonly number[]) => formatTime(Math.max(...times));
    const measured = (what: string, times: readonly number[]) =>
      checkThat(`${this.loss.name}: ${what}`, true, longest(times), 'measured');
    return [
      checkCount(
        `${this.loss.name}: of ${this.#written.length} writes that it alone has, not rolled back`,
        kept,
        0,
      ),
      measured('it takes itself for the primary for', this.#primaryTimes),
      measured('it answers with what is outdated for', this.#staleTimes),
    ];
  }

  async #begin(stage: ReplicaSetStage, primary: Node): Promise<void> {
    const id = randomUUID();
    const probe = { _id: `outdated ${id}` };
    const majority = { writeConcern: { w: 'majority' } } as const;
    await probesOf(primary.client).insertOne({ ...probe, version: 1 }, majority);
    const beganAt = performance.now();
    stage.cutOffFromMembers(primary);
    await probesOf(primary.client).insertOne({ _id: id, version: 1 }, { writeConcern: { w: 1 } });
    const [lastSeenAt, changedAt] = await Promise.all([
      watchOutdated(primary, probe),
      waitUntil('a change that a majority has', async () => {
        const { client } = await stage.primary(primary);
        const change = probesOf(client).updateOne(probe, { $set: { version: 2 } }, majority);
        return (await answered(change)) && performance.now();
      }),
    ]);
    this.#written.push(id);
    this.#primaryTimes.push(lastSeenAt - beganAt);
    this.#staleTimes.push(Math.max(0, lastSeenAt - changedAt));
  }
}

/** When a member that takes itself for the primary last answered with the first version. */
async function watchOutdated({ client }: Node, probe: Pick<Probe, '_id'>): Promise<number> {
  let lastSeenAt = performance.now();
  await waitUntil('the primary that is cut off steps down', async () => {
    const hello = await answered(client.db('admin').command({ hello: 1 }));
    const found = await answered(probesOf(client).findOne(probe));
    if (hello?.['isWritablePrimary'] === true && found?.version === 1) {
      lastSeenAt = performance.now();
    }
    await delay(STALE_POLL_MILLISECONDS);
    return hello?.['isWritablePrimary'] === false;
  });
  return lastSeenAt;
}

function probesOf(client: Node['client']) {
  return client.db(OWN_DATABASE).collection<Probe>('probes');
}

/** What a look at a session costs, one at a time, and what it would where none may be outdated. */
async function measureReads(stage: ReplicaSetStage, count: number): Promise<readonly Check[]> {
  const { client } = await stage.primary();
  const sessions = client.db(stage.database().databaseName).collection('sessions');
  const session = await untilAnswered(() => sessions.findOne());
  const times = new Map<string, number[]>(READ_CONCERNS.map((level) => [level, []]));
  for (let read = 0; read < count; read += 1) {
    for (const level of READ_CONCERNS) {
      const sentAt = performance.now();
      const filter = { _id: session?._id as ObjectId };
      await untilAnswered(() => sessions.findOne(filter, { readConcern: { level } }));
      times.get(level)?.push(performance.now() - sentAt);
    }
  }
  return [...times].map(([level, samples]) => {
    const measured = `median ${median(samples).toFixed(2)} ms, p99 ${quantile(samples, 0.99).toFixed(2)} ms`;
    return checkThat(`a session read with the read concern ${level}`, true, measured, 'measured');
  });
}
