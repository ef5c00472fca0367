import { ApiClient } from '../load/api-client.ts';
import { untilDrained } from '../load/drain.ts';
import { Ledger } from '../load/ledger.ts';
import { startLoad, type Load } from '../load/run-load.ts';
import { Tally } from '../load/tally.ts';
import { Writer } from '../load/writer.ts';
import { findPorts } from '../stage/stage.ts';
import { waitUntil } from '../stage/wait-until.ts';
import { largest } from '../statistics.ts';
import { checkChecker, checkStored } from './check-stored.ts';
import { checkAtLeast, checkCount, checkTime, type Check } from './check.ts';
import { byMode, type Fault, type FaultContext } from './fault.ts';

const KILLS = { quick: 20, full: 200 };
const WRITERS = 8;
/** A life ends after so many requests, more each time up to the longest: each kind meets a kill. */
const SHORTEST_LIFE = 10;
const LIFE_STEP = 7;
const LIFE_STEPS = 11;
const LIFE_LIMIT_MILLISECONDS = 20_000;
const READY_LIMIT_MILLISECONDS = 5_000;
const DRAIN_LIMIT_MILLISECONDS = 120_000;

/** What must hold is in the database; how a request ended that met the kill is nobody's promise. */
export const apiKilled: Fault = {
  id: 'F1',
  title: 'kill -9 of the API during mixed writes',
  run: async (context) => {
    const { mode, stage } = context;
    const kills = byMode(mode, KILLS);
    const ledger = new Ledger();
    const { startTimes, tally } = await killOverAndOver(context, ledger, kills);
    await drain(context);
    return [
      checkCount('kills', startTimes.length, kills),
      checkAtLeast('acknowledged writes', ledger.acknowledged, kills),
      checkTime('slowest time to ready', largest(startTimes), READY_LIMIT_MILLISECONDS, mode),
      describeAnswers(tally),
      ...(await checkStored(stage, ledger, { drained: true })),
      await checkChecker(stage),
    ];
  },
};

interface Kills {
  readonly startTimes: readonly number[];
  readonly tally: Tally;
}

async function killOverAndOver(
  { stage, progress }: FaultContext,
  ledger: Ledger,
  kills: number,
): Promise<Kills> {
  const ports = await findPorts();
  const client = new ApiClient(ports.port);
  const writers = Array.from({ length: WRITERS }, () => new Writer(client, ledger));
  const startTimes: number[] = [];
  const tally = new Tally();
  for (let kill = 0; kill < kills; kill += 1) {
    const program = await stage.spawn({ role: 'api', ports });
    startTimes.push(await program.untilReady());
    const load = startLoad(writers.map((writer) => () => writer.step()));
    await untilAnswered(load, SHORTEST_LIFE + LIFE_STEP * (kill % LIFE_STEPS));
    await program.kill();
    for (const outcome of (await load.stop()).outcomes) {
      tally.add(outcome);
    }
    progress(kill + 1, kills);
  }
  client.close();
  return { startTimes, tally };
}

async function untilAnswered({ tally }: Load, count: number): Promise<void> {
  await waitUntil(
    { what: `${count} answers`, limitMilliseconds: LIFE_LIMIT_MILLISECONDS, pauseMilliseconds: 1 },
    async () => (tally.size >= count ? true : undefined),
  );
}

/** Lets workers do everything that was accepted, so that each of it can be looked for. */
async function drain({ stage }: FaultContext): Promise<void> {
  const worker = await stage.start({ role: 'worker' });
  await untilDrained(stage.databaseServer.database(), DRAIN_LIMIT_MILLISECONDS);
  await worker.kill();
}

function describeAnswers(tally: Tally): Check {
  const unexpected = tally.countOthers(200, 201, 204, 503, 'refused', 'broken');
  return {
    name: 'answers',
    measured: tally.describe(),
    goal: 'success, 503, or none when killed',
    met: unexpected === 0,
  };
}
