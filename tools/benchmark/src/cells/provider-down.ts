import { MailSink, waitUntil, type ServerProgram } from '@org/harness';

import { DEPLOYED } from '../bench.ts';
import {
  logInEach,
  requestOwnAccount,
  requestReset,
  signUpPattern,
  storePeople,
  storePreferences,
  usernameOf,
} from '../data/people.ts';
import { measureLoad, repeatSteps, type Answers, type LoadResult } from '../load/load.ts';
import {
  compare,
  sampleByTurns,
  type Cell,
  type CellContext,
  type Quantity,
  type Subject,
} from './cell.ts';

const NAME = 'e-mail provider hangs';
const CLIENTS = 8;
const PEOPLE = Array.from({ length: 64 }, (_, person) => person);
/** Every client sends one of these after the other: mostly reads, some of what causes an e-mail. */
const READS_FOR_A_RESET = 4;
const INTERVAL_MILLISECONDS = 80;
const MAIL_LIMIT_MILLISECONDS = 20_000;

const P95: Quantity<LoadResult> = {
  name: 'p95 of the API',
  unit: 'ms',
  of: ({ p95Milliseconds }) => p95Milliseconds,
};

const PLANS = {
  quick: { rounds: { atMost: 2, atLeast: 2, within: 4_000 }, seconds: 1 },
  full: { rounds: { atMost: 6, atLeast: 5, within: 40_000 }, seconds: 3.5 },
};

/** The API at a steady rate, while the provider of the e-mails that it causes answers or hangs. */
export const providerDown: Cell = {
  name: NAME,
  measure: async (context) => {
    const { bench, mode } = context;
    const silent = await MailSink.open();
    silent.behave('silent');
    const servers: ServerProgram[] = [];
    const start = async (label: string, email: MailSink) => {
      const options = { role: 'all', database: databaseOf(label), email } as const;
      const server = await bench.start(DEPLOYED.program, options);
      servers.push(server);
      return prepare(context, label, server, email);
    };
    try {
      const subjects = [await start('answers', bench.email), await start('hangs', silent)];
      const render = ({ p95Milliseconds }: LoadResult) => `p95 ${p95Milliseconds.toFixed(2)} ms`;
      const { rounds } = PLANS[mode];
      const [answering, hanging] = await sampleByTurns(context, subjects, rounds, render);
      return compare(NAME, [P95], hanging, { label: 'provider answers', samples: answering });
    } finally {
      await Promise.all(servers.map((server) => server.kill()));
      await silent.close();
    }
  },
};

/** A program with its worker, which has turned to its mail server: else that it hangs means nothing. */
async function prepare(
  { bench, mode }: CellContext,
  label: string,
  server: ServerProgram,
  email: MailSink,
): Promise<Subject<LoadResult>> {
  const database = bench.database(databaseOf(label));
  await storePeople(database, await signUpPattern(server, database), PEOPLE.length);
  await storePreferences(database, PEOPLE.length);
  const run = await prepareLoad(server);
  const before = email.connections;
  await run(1);
  const what = `A connection of the program to the provider that ${label}`;
  await waitUntil(what, MAIL_LIMIT_MILLISECONDS, () => email.connections > before, 50);
  const processes = { server: server.pid, mongod: bench.mongodPid };
  const { seconds } = PLANS[mode];
  return { label: `provider ${label}`, measure: () => measureLoad(processes, () => run(seconds)) };
}

async function prepareLoad(server: ServerProgram): Promise<(seconds: number) => Promise<Answers>> {
  const owners = await logInEach(server, PEOPLE.slice(0, CLIENTS));
  let sent = 0;
  const step = async (client: number): Promise<void> => {
    sent += 1;
    const owner = owners[client];
    if (sent % (READS_FOR_A_RESET + 1) === 0 || owner === undefined) {
      await server.request(requestReset(usernameOf(sent % PEOPLE.length)), 201);
    } else {
      await server.request(requestOwnAccount(owner), 200);
    }
  };
  const load = { clients: CLIENTS, intervalMilliseconds: INTERVAL_MILLISECONDS, step };
  return (seconds) => repeatSteps({ ...load, extent: { seconds } });
}

function databaseOf(label: string): string {
  return `provider-${label}`;
}
