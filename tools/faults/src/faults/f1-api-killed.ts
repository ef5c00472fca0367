import { findFreePort, Tally, waitUntil } from '@org/harness';
import type { Db } from 'mongodb';

import { tryTamperings } from '../invariants/tamperings.ts';
import { Ledger } from '../load/ledger.ts';
import { startLoad } from '../load/load.ts';
import { Writer } from '../load/writer.ts';
import { checkAtLeast, checkCount, checkThat, type Check } from './check.ts';
import type { Fault } from './fault.ts';

const KILLS = { quick: 11, full: 200 };
const WRITERS = 8;

/** Only the database is judged: how a request ends that meets the kill is not promised. */
export const apiKilled: Fault = {
  id: 'F1',
  title: 'kill -9 of the API during mixed writes',
  run: async (context) => {
    const { stage, database, mode } = context;
    const port = await findFreePort();
    const client = stage.connect({ port });
    const ledger = new Ledger();
    const writers = Array.from({ length: WRITERS }, () => new Writer(client, ledger, true));
    const tally = new Tally();
    const startTimes = await context.rounds(KILLS, async (kill) => {
      const program = await stage.launch({ role: 'api', port });
      const startTime = await program.untilReady();
      const load = startLoad(writers.map((writer) => () => writer.step()));
      // More each time up to the longest life, so that each kind of request meets a kill.
      const answers = 10 + 7 * (kill % 11);
      const isOver = () => load.tally.size >= answers;
      await waitUntil(`${answers} answers`, isOver, 1);
      await program.kill();
      tally.add(...(await load.stop()).outcomes);
      return startTime;
    });
    await stage.start({ role: 'worker' });
    await context.untilDrained();
    const unexpected = tally.countOthers(200, 201, 204, 503, 'refused', 'broken');
    return [
      checkCount('kills', startTimes.length, KILLS[mode]),
      checkAtLeast('acknowledged writes', ledger.acknowledged, KILLS[mode]),
      context.checkTime('slowest time to ready', Math.max(...startTimes), 5_000),
      checkThat('answers', unexpected === 0, String(tally), 'success, 503, or none when killed'),
      ...(await context.checkStored(ledger, true)),
      await checkChecker(database),
    ];
  },
};

/** Proves that the looks above would notice, on the very data that they found nothing in. */
async function checkChecker(database: Db): Promise<Check> {
  const results = await tryTamperings(database);
  const missed = results.filter(({ noticed }) => noticed !== true).map(({ name }) => name);
  const noticed = `${results.length - missed.length} of ${results.length}`;
  const measured = missed.length === 0 ? noticed : `${noticed}, not: ${missed.join(', ')}`;
  return checkThat('tamperings that the checker notices', missed.length === 0, measured, 'all');
}
