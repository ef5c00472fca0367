import { setTimeout as delay } from 'node:timers/promises';

import { DEPLOYED, type Bench } from '../bench.ts';
import type { Comparison } from '../comparison.ts';
import { startCrew, type Crew, type CrewSample } from '../queue/crew.ts';
import { compare, sampleByTurns, type Cell, type CellContext, type Quantity } from './cell.ts';

const NAME = 'queue';
const CREW_SIZES = [1, 4];

const PLANS = {
  quick: {
    rows: 200,
    warmUpRows: 50,
    rounds: { atMost: 2, atLeast: 2, within: 5_000 },
    idle: { rounds: 1, seconds: 3 },
  },
  full: {
    rows: 1_000,
    warmUpRows: 500,
    rounds: { atMost: 5, atLeast: 3, within: 40_000 },
    idle: { rounds: 2, seconds: 20 },
  },
};

const QUANTITIES: readonly Quantity<CrewSample>[] = [
  { name: 'throughput', unit: 'rows/s', of: ({ rowsPerSecond }) => rowsPerSecond },
  { name: 'worker CPU', unit: 'ms/row', of: ({ workerMilliseconds }) => workerMilliseconds },
  { name: 'mongod CPU', unit: 'ms/row', of: ({ mongodMilliseconds }) => mongodMilliseconds },
];

/** `@org/queue` beside agenda: with rows for which nothing has to be done, and without any. */
export const queue: Cell = {
  name: NAME,
  measure: async (context) => {
    const comparisons: Comparison[] = [];
    for (const size of CREW_SIZES) {
      const crew = await startCrew(context.bench, 'queue', size);
      const agenda = await startCrew(context.bench, 'agenda', size);
      comparisons.push(...(await compareWork(context, crew, agenda)));
      if (size === 1) {
        comparisons.push(...(await compareIdleness(context, crew, agenda)));
      }
      await Promise.all([crew.dismiss(), agenda.dismiss()]);
    }
    return comparisons;
  },
};

async function compareWork(context: CellContext, crew: Crew, agenda: Crew): Promise<Comparison[]> {
  const { rows, warmUpRows, rounds } = PLANS[context.mode];
  const subjects = [crew, agenda].map((side) => ({
    label: side.label,
    measure: () => side.work(rows),
  }));
  for (const side of [crew, agenda]) {
    await side.work(warmUpRows);
  }
  const render = ({ rowsPerSecond }: CrewSample) => `${rowsPerSecond.toFixed(0)} rows/s`;
  const [own, others] = await sampleByTurns(context, subjects, rounds, render);
  const workers = crew.size === 1 ? '1 worker' : `${crew.size} workers`;
  return compare(`${NAME}, ${workers}`, QUANTITIES, own, { label: 'agenda 6', samples: others });
}

/** Commands to MongoDB while there is nothing to do, of a worker and of the whole program. */
async function compareIdleness(
  { bench, mode, report }: CellContext,
  crew: Crew,
  agenda: Crew,
): Promise<Comparison[]> {
  const { rounds, seconds } = PLANS[mode].idle;
  const program = 'idle-program';
  const server = await bench.start(DEPLOYED.program, { role: 'all', database: program });
  await server.untilReady();
  const databases = [crew.databaseName, agenda.databaseName, program];
  const samples: number[][] = [];
  for (let round = 0; round < rounds; round += 1) {
    report(`counting commands for ${seconds} s`);
    samples.push(await countCommands(bench, databases, seconds));
  }
  await server.kill();
  await bench.database(program).dropDatabase();
  const [own = [], others = [], whole = []] = databases.map((_, index) =>
    samples.map((counts) => counts[index] ?? Number.NaN),
  );
  const unit = 'commands/min';
  const agendaBase = { label: 'agenda 6', samples: others };
  return [
    { name: `${NAME}, an idle worker`, unit, measured: own, base: agendaBase },
    {
      name: `${NAME}, the idle program`,
      unit,
      measured: whole,
      base: { label: 'one queue', samples: own },
    },
  ];
}

/** MongoDB's own profiler counts them, database by database. @returns how many there are a minute */
async function countCommands(
  bench: Bench,
  names: readonly string[],
  seconds: number,
): Promise<number[]> {
  const databases = names.map((name) => bench.database(name));
  await Promise.all(databases.map((database) => database.command({ profile: 2 })));
  await delay(seconds * 1_000);
  await Promise.all(databases.map((database) => database.command({ profile: 0 })));
  return Promise.all(
    databases.map(async (database) => {
      const profile = database.collection('system.profile');
      const isOurs = { 'command.profile': { $exists: true } };
      const count = await profile.countDocuments({ $nor: [isOurs] });
      await profile.drop();
      return (count * 60) / seconds;
    }),
  );
}
