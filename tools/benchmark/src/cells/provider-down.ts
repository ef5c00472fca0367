import { waitUntil, type MailSink } from '@org/harness';

import { insertPeople, signUpPattern, usernameOf } from '../data/people.ts';
import { logInEach, requestOwnAccount } from '../data/owners.ts';
import { measureLoad, type Answers, type LoadResult } from '../load/load-result.ts';
import { repeatSteps } from '../load/repeat-steps.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { DEPLOYED } from '../servers/server-definition.ts';
import type { Cell, CellContext } from './cell.ts';
import { compare, sampleByTurns, type Subject } from './compare.ts';

const NAME = 'e-mail provider hangs';
const CLIENTS = 8;
const PEOPLE = Array.from({ length: 64 }, (_, person) => person);
/** Every client sends one of these after the other: mostly reads, some of what causes an e-mail. */
const READS_FOR_A_RESET = 4;
const INTERVAL_MILLISECONDS = 80;
const MAIL_LIMIT_MILLISECONDS = 20_000;

const PLANS = {
  quick: { rounds: { atMost: 2, atLeast: 2, within: 4_000 }, seconds: 1 },
  full: { rounds: { atMost: 6, atLeast: 5, within: 40_000 }, seconds: 3.5 },
};

/** The API at a steady rate, while the provider of the e-mails that it causes answers or hangs. */
export const providerDown: Cell = {
  name: NAME,
  measure: async (context) => {
    const { bench, mode } = context;
    const started: RunningServer[] = [];
    try {
      const subjects: Subject<LoadResult>[] = [];
      for (const [label, mail] of [
        ['answers', bench.mail],
        ['hangs', bench.silentMail],
      ] as const) {
        const options = { role: 'all', database: `provider-${label}`, mail } as const;
        const server = await bench.start(DEPLOYED.program, options);
        started.push(server);
        subjects.push(await prepare(context, label, server, mail));
      }
      const render = ({ p95Milliseconds }: LoadResult) => `p95 ${p95Milliseconds.toFixed(2)} ms`;
      const { rounds } = PLANS[mode];
      const [answering, hanging] = await sampleByTurns(context, subjects, rounds, render);
      const p95 = { name: 'p95 of the API', unit: 'ms', of: p95Of };
      return compare(NAME, [p95], hanging, { label: 'provider answers', samples: answering });
    } finally {
      await Promise.all(started.map((server) => server.kill()));
    }
  },
};

function p95Of({ p95Milliseconds }: LoadResult): number {
  return p95Milliseconds;
}

/** A program with its worker, which has turned to its mail server: else that it hangs means nothing. */
async function prepare(
  { bench, mode }: CellContext,
  label: string,
  server: RunningServer,
  mail: MailSink,
): Promise<Subject<LoadResult>> {
  const database = bench.database(`provider-${label}`);
  await insertPeople(database, await signUpPattern(server, database), PEOPLE.length);
  const run = await prepareLoad(server);
  const before = mail.connections;
  await run(1);
  const what = `A connection of the program to the provider that ${label}`;
  await waitUntil(what, MAIL_LIMIT_MILLISECONDS, () => mail.connections > before, 50);
  const processes = { server: server.pid, mongod: bench.mongodPid };
  const { seconds } = PLANS[mode];
  return { label: `provider ${label}`, measure: () => measureLoad(processes, () => run(seconds)) };
}

async function prepareLoad(server: RunningServer): Promise<(seconds: number) => Promise<Answers>> {
  const owners = await logInEach(server, PEOPLE.slice(0, CLIENTS));
  let sent = 0;
  const step = async (client: number): Promise<void> => {
    sent += 1;
    const owner = owners[client];
    if (sent % (READS_FOR_A_RESET + 1) === 0 || owner === undefined) {
      const body = { username: usernameOf(sent % PEOPLE.length) };
      await server.request({ method: 'POST', path: '/api/password-reset-tokens', body }, 201);
    } else {
      await server.request(requestOwnAccount(owner), 200);
    }
  };
  const load = { clients: CLIENTS, intervalMilliseconds: INTERVAL_MILLISECONDS, step };
  return (seconds) => repeatSteps({ ...load, extent: { seconds } });
}
