import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { sendAskingFirst, type AcceptedOutcome } from '../http/accepted-request.ts';
import { ApiClient, type Bearer } from '../load/api-client.ts';
import { signUpAndLogIn } from '../load/people.ts';
import { ReadinessWatch } from '../load/readiness-watch.ts';
import type { Exit } from '../stage/child-process.ts';
import { LOOPBACK } from '../stage/free-port.ts';
import type { Program } from '../stage/program.ts';
import type { Stage } from '../stage/stage.ts';
import { largest } from '../statistics.ts';
import { checkCount, checkThat, checkTime, type Check } from './check.ts';
import { byMode, type Fault, type Mode } from './fault.ts';

const ROUNDS = { quick: 3, full: 20 };
const REQUESTS_PER_SECOND = 200;
/** One in so many is a write. */
const WRITE_EVERY = 10;
const SERVING_MILLISECONDS = 1_500;
const EXIT_LIMIT_MILLISECONDS = 10_000;
const FORCED_LIMIT_MILLISECONDS = 2_000;
/** In every other round the program serves on for that long, as behind a load balancer. */
const PAUSE = '1s';
/** A second signal sooner than this is taken for the terminal's copy of the first. */
const BETWEEN_SIGNALS_MILLISECONDS = 500;

export const terminated: Fault = {
  id: 'F9',
  title: 'SIGTERM at 200 requests a second',
  run: async ({ mode, stage, progress }) => {
    const rounds: Round[] = [];
    for (let round = 0; round < byMode(mode, ROUNDS); round += 1) {
      rounds.push(await terminate(stage, round % 2 === 0));
      progress(round + 1, byMode(mode, ROUNDS) + 1);
    }
    return [...judgeRounds(rounds, mode), ...(await force(stage, mode))];
  },
};

interface Round {
  readonly outcomes: readonly AcceptedOutcome[];
  /** Whether it served on after it withdrew its readiness. */
  readonly paused: boolean;
  readonly exit: Exit;
  readonly exitMilliseconds: number;
  /** Whether readiness was seen to be withdrawn. */
  readonly sawUnready: boolean;
  /** Looks at readiness that were answered 200 although the API had refused somebody before. */
  readonly readyTooLong: number;
}

async function terminate(stage: Stage, paused: boolean): Promise<Round> {
  const program = await stage.start({ role: 'api', ...(paused ? { shutdownDelay: PAUSE } : {}) });
  const client = new ApiClient(program.port);
  const reader = await signUpAndLogIn(client);
  client.close();
  // The port for metrics tells of readiness until the very end.
  const readiness = ReadinessWatch.start(program.metricsPort, 1);
  const load = startRequests(program.port, reader);
  await delay(SERVING_MILLISECONDS);
  const signalledAt = performance.now();
  program.signal('SIGTERM');
  const exit = await program.exited;
  const exitMilliseconds = performance.now() - signalledAt;
  const outcomes = await load.stop();
  await readiness.stop();
  return {
    outcomes,
    paused,
    exit,
    exitMilliseconds,
    ...describeReadiness(readiness, outcomes, signalledAt),
  };
}

function startRequests(port: number, { accountId, token }: Bearer) {
  const pending = new Set<Promise<void>>();
  const outcomes: AcceptedOutcome[] = [];
  const headers = { authorization: `Bearer ${token}` };
  const path = `/api/accounts/${accountId}`;
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    const write = { method: 'PATCH', body: { first_name: `Name ${sent}` } } as const;
    const request = { port, path, headers, ...(sent % WRITE_EVERY === 0 ? write : {}) };
    const ending: Promise<void> = sendAskingFirst(request).then((outcome) => {
      outcomes.push(outcome);
      pending.delete(ending);
    });
    pending.add(ending);
  }, 1_000 / REQUESTS_PER_SECOND);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(pending);
      return outcomes;
    },
  };
}

function describeReadiness(
  readiness: ReadinessWatch,
  outcomes: readonly AcceptedOutcome[],
  signalledAt: number,
): Pick<Round, 'sawUnready' | 'readyTooLong'> {
  const refusedAt = Math.min(
    ...outcomes.filter(({ refused }) => refused).map(({ endedAt }) => endedAt),
  );
  const afterwards = readiness.tally.sentBetween(refusedAt, Number.POSITIVE_INFINITY);
  return {
    sawUnready: !Number.isNaN(readiness.firstUnready(signalledAt)),
    readyTooLong: afterwards.counts().get('200') ?? 0,
  };
}

function judgeRounds(rounds: readonly Round[], mode: Mode): Check[] {
  const outcomes = rounds.flatMap((round) => round.outcomes);
  const accepted = outcomes.filter((outcome) => outcome.accepted);
  const broken = accepted.filter(({ status }) => status === undefined);
  const odd = accepted.filter(({ status = 503 }) => status !== 200 && status !== 503);
  const clean = rounds.filter(({ exit }) => exit.code === 0);
  const paused = rounds.filter((round) => round.paused);
  const seen = paused.filter(({ sawUnready }) => sawUnready);
  return [
    checkCount(`of ${accepted.length} accepted requests, cut off`, broken.length, 0),
    checkCount('accepted, and answered with neither 200 nor 503', odd.length, 0),
    checkCount(`exits with code 0 in ${rounds.length} rounds`, clean.length, rounds.length),
    checkTime(
      'slowest exit',
      largest(rounds.map(({ exitMilliseconds }) => exitMilliseconds)),
      EXIT_LIMIT_MILLISECONDS,
      mode,
    ),
    checkCount(
      `readiness seen to go first in ${paused.length} rounds with a pause`,
      seen.length,
      paused.length,
    ),
    checkCount(
      'answers of "ready" after the API had refused somebody',
      rounds.reduce((sum, { readyTooLong }) => sum + readyTooLong, 0),
      0,
    ),
  ];
}

/** A request that never ends would hold the exit up; the second signal does not wait for it. */
async function force(stage: Stage, mode: Mode): Promise<Check[]> {
  const program = await stage.start({ role: 'api' });
  const socket = await openEndlessRequest(program);
  program.signal('SIGTERM');
  await delay(BETWEEN_SIGNALS_MILLISECONDS);
  const waited = !program.hasEnded;
  const signalledAt = performance.now();
  program.signal('SIGTERM');
  const { code } = await program.exited;
  socket.destroy();
  return [
    checkThat('an open request is waited for', waited, waited ? 'yes' : 'no', 'yes'),
    checkTime(
      `exit after a second signal, with code ${code ?? 'none'}`,
      performance.now() - signalledAt,
      FORCED_LIMIT_MILLISECONDS,
      mode,
    ),
  ];
}

/** Accepted by the server, which waits for a body that does not come. */
async function openEndlessRequest({ port }: Program): Promise<Socket> {
  const socket = connect(port, LOOPBACK);
  socket.on('error', () => undefined);
  socket.write(
    'POST /api/accounts HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\nexpect: 100-continue\r\n\r\n',
  );
  await once(socket, 'data');
  return socket;
}
