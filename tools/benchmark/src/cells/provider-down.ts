import { MailSink, waitUntil, type ServerProgram } from '@org/harness';

import { DEPLOYED } from '../bench.ts';
import {
  logInEach,
  OWNERS,
  requestOwnAccount,
  requestReset,
  signUpPeople,
  usernameOf,
} from '../data/people.ts';
import { repeatSteps, type Answers, type LoadResult } from '../load/load.ts';
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
/** Every client sends one of these after the other: mostly reads, some of what causes an e-mail. */
const READS_FOR_A_RESET = 4;
const INTERVAL_MILLISECONDS = 80;

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
    const subjects = [
      await prepare(context, 'answers', bench.email),
      await prepare(context, 'hangs', silent),
    ];
    const render = ({ p95Milliseconds }: LoadResult) => `p95 ${p95Milliseconds.toFixed(2)} ms`;
    const { rounds } = PLANS[mode];
    const [answering, hanging] = await sampleByTurns(context, subjects, rounds, render);
    await bench.killServers();
    await silent.close();
    return compare(NAME, [P95], hanging, { label: 'provider answers', samples: answering });
  },
};

/** A program with its worker, which has turned to its mail server: else that it hangs means nothing. */
async function prepare(
  { bench, mode }: CellContext,
  label: string,
  email: MailSink,
): Promise<Subject<LoadResult>> {
  const database = `provider-${label}`;
  const server = await bench.start(DEPLOYED.program, { role: 'all', database, email });
  await signUpPeople(server, bench.database(database));
  const run = await prepareLoad(server);
  const before = email.connections;
  await run(1);
  const what = `A connection of the program to the provider that ${label}`;
  await waitUntil(what, () => email.connections > before, 50);
  const { seconds } = PLANS[mode];
  return { label: `provider ${label}`, measure: () => bench.measure(server, () => run(seconds)) };
}

async function prepareLoad(server: ServerProgram): Promise<(seconds: number) => Promise<Answers>> {
  const owners = await logInEach(server, OWNERS.slice(0, CLIENTS));
  let sent = 0;
  const step = async (client: number): Promise<void> => {
    sent += 1;
    const owner = owners[client];
    if (sent % (READS_FOR_A_RESET + 1) === 0 || owner === undefined) {
      await server.request(requestReset(usernameOf(sent % OWNERS.length)), 201);
    } else {
      await server.request(requestOwnAccount(owner), 200);
    }
  };
  const load = { clients: CLIENTS, intervalMilliseconds: INTERVAL_MILLISECONDS, step };
  return (seconds) => repeatSteps({ ...load, extent: { seconds } });
}
