import { setTimeout as delay } from 'node:timers/promises';

import type { Mode } from '../arguments.ts';
import { insertPeople, signUpPattern, usernameOf } from '../data/people.ts';
import { logInEach, requestOwnAccount } from '../data/owners.ts';
import { interleave, type Rounds } from '../interleave.ts';
import { measureLoad, type Answers, type LoadResult } from '../load/load-result.ts';
import { repeatSteps } from '../load/repeat-steps.ts';
import type { MailSink } from '../messages/mail-sinks.ts';
import type { RunningServer, ServerRequest } from '../servers/running-server.ts';
import { DEPLOYED } from '../servers/server-definition.ts';
import { stopAll } from './both-sides.ts';
import type { Cell, CellContext } from './cell.ts';

/** A program with its worker, and the mail server that it uses. */
interface Installation {
  readonly label: string;
  readonly server: RunningServer;
  readonly run: (seconds: number) => Promise<Answers>;
}

const NAME = 'e-mail provider hangs';
const CLIENTS = 8;
const PEOPLE = 64;
/** Every client sends one of these after the other: mostly reads, some of what causes an e-mail. */
const READS_FOR_A_RESET = 4;
const INTERVAL_MILLISECONDS = 80;
const MAIL_LIMIT_MILLISECONDS = 20_000;
const MAIL_POLL_MILLISECONDS = 50;

const PLANS: Readonly<Record<Mode, { rounds: Rounds; seconds: number }>> = {
  quick: { rounds: { atMost: 2, atLeast: 2, within: 4_000 }, seconds: 1 },
  full: { rounds: { atMost: 6, atLeast: 5, within: 40_000 }, seconds: 3.5 },
};

/** No e-mail was sent although some was caused, so that a provider that hangs means nothing. */
export class NoMailError extends Error {
  constructor(label: string) {
    super(`The program with the provider that ${label} never turned to it.`);
    this.name = new.target.name;
  }
}

/** The API at a steady rate, while the provider of the e-mails that it causes answers or hangs. */
export const providerDown: Cell = {
  name: NAME,
  measure: async (context) => {
    const { rounds, seconds } = PLANS[context.mode];
    const { mail, hangingMail } = context.bench.messengers;
    const installations: Installation[] = [];
    try {
      installations.push(await install('answers', mail, context));
      installations.push(await install('hangs', hangingMail, context));
      const samples = await interleave(installations, rounds, async (installation, round) => {
        const { label, server, run } = installation;
        const processes = { server: server.pid, mongod: context.bench.mongodPid };
        const result = await measureLoad(processes, () => run(seconds));
        const p95 = result.p95Milliseconds.toFixed(2);
        context.report(`round ${round + 1}/${rounds.atMost}, provider ${label}: p95 ${p95} ms`);
        return result;
      });
      return compareInstallations(installations, samples);
    } finally {
      await stopAll(installations.map(({ server }) => server));
    }
  },
};

async function install(
  label: string,
  sink: MailSink,
  { bench }: CellContext,
): Promise<Installation> {
  const database = `provider-${label}`;
  const server = await bench.start(DEPLOYED.program, {
    role: 'all',
    database,
    smtpUrl: sink.url,
  });
  try {
    const pattern = await signUpPattern(server, bench.database(database));
    await insertPeople(bench.database(database), pattern, PEOPLE);
    const run = await prepareLoad(server);
    const before = sink.count();
    await run(1);
    await waitForMail(label, () => sink.count() > before);
    return { label, server, run };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function prepareLoad(server: RunningServer): Promise<Installation['run']> {
  const people = Array.from({ length: PEOPLE }, (_, person) => person);
  const owners = await logInEach(server, people.slice(0, CLIENTS));
  let sent = 0;
  const step = async (client: number): Promise<void> => {
    sent += 1;
    const [owner] = owners.slice(client, client + 1);
    if (sent % (READS_FOR_A_RESET + 1) === 0 || owner === undefined) {
      await server.request(requestReset(usernameOf(sent % PEOPLE)), 201);
    } else {
      await server.request(requestOwnAccount(owner), 200);
    }
  };
  return (seconds) =>
    repeatSteps({
      clients: CLIENTS,
      extent: { seconds },
      intervalMilliseconds: INTERVAL_MILLISECONDS,
      step,
    });
}

function requestReset(username: string): ServerRequest {
  return { method: 'POST', path: '/api/password-reset-tokens', body: { username } };
}

async function waitForMail(label: string, hasCome: () => boolean): Promise<void> {
  const end = performance.now() + MAIL_LIMIT_MILLISECONDS;
  while (!hasCome()) {
    if (performance.now() > end) {
      throw new NoMailError(label);
    }
    await delay(MAIL_POLL_MILLISECONDS);
  }
}

function compareInstallations(
  installations: readonly Installation[],
  samples: ReadonlyMap<Installation, readonly LoadResult[]>,
) {
  const [answering = [], hanging = []] = installations.map((installation) =>
    (samples.get(installation) ?? []).map(({ p95Milliseconds }) => p95Milliseconds),
  );
  return [
    {
      name: `${NAME}, p95 of the API`,
      unit: 'ms',
      measured: hanging,
      base: { label: 'provider answers', samples: answering },
    },
  ];
}
