import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { isAnswer, LOOPBACK, send, type Outcome } from '@org/harness';

import { signUpAndLogIn, type Bearer } from '../load/api-client.ts';
import {
  firstUnready,
  startLoad,
  startPacedLoad,
  watchReadiness,
  type Load,
} from '../load/load.ts';
import type { Stage } from '../stage.ts';
import { checkCount, checkThat, type Check } from './check.ts';
import type { Fault, FaultContext } from './fault.ts';

const ROUNDS = { quick: 3, full: 20 };
const REQUESTS_PER_SECOND = 200;
/** One in so many is a write. */
const WRITE_EVERY = 10;
const KEPT_CONNECTIONS = 4;
const SERVING_MILLISECONDS = 1_500;
/** The program cuts everything off after ten. */
const EXIT_LIMIT_MILLISECONDS = 5_000;
/** In every other round the program serves on for that long, as behind a load balancer. */
const PAUSE = { SHUTDOWN_DELAY: '1s' };
/** A second signal sooner than this is taken for the terminal's copy of the first. */
const BETWEEN_SIGNALS_MILLISECONDS = 500;

export const terminated: Fault = {
  id: 'F9',
  title: 'SIGTERM at 200 requests a second',
  run: async (context) => {
    const rounds = await context.rounds(ROUNDS, (round) =>
      terminate(context.stage, round % 2 === 0),
    );
    return [...judgeRounds(context, rounds), ...(await force(context))];
  },
};

type Round = Awaited<ReturnType<typeof terminate>>;

/** @param paused whether it serves on after it withdrew its readiness */
async function terminate(stage: Stage, paused: boolean) {
  const program = await stage.start({ role: 'api', ...(paused ? { settings: PAUSE } : {}) });
  const client = stage.connect(program);
  const bearer = await signUpAndLogIn(client);
  // The port for metrics tells of readiness until the very end.
  const readiness = watchReadiness(program.metricsPort, 1);
  // A connection that breaks before the server wants the body was never accepted: its request may be
  // sent elsewhere.
  const accepted: Promise<Outcome>[] = [];
  const load = startRequests(program.port, bearer, (outcome) => accepted.push(outcome));
  // Like a load balancer that sends no more, but keeps its connections.
  const kept = startLoad(Array(KEPT_CONNECTIONS).fill(() => client.readAccount(bearer)));
  await delay(SERVING_MILLISECONDS);
  const signalledAt = performance.now();
  program.signal('SIGTERM');
  await kept.stop();
  const exitCode = await program.exited();
  const exitMilliseconds = performance.now() - signalledAt;
  const refused = (await load.stop()).outcomes.filter(({ kind }) => kind === 'refused');
  const refusedAt = Math.min(...refused.map(({ sentAt, milliseconds }) => sentAt + milliseconds));
  const looks = await readiness.stop();
  const sawUnready = !Number.isNaN(firstUnready(looks, signalledAt));
  // Although the API had refused somebody before.
  const readyTooLong = looks.sentBetween(refusedAt, Infinity).count(200);
  const outcomes = await Promise.all(accepted);
  return { accepted: outcomes, paused, exitCode, exitMilliseconds, sawUnready, readyTooLong };
}

/** Each on a connection of its own. */
function startRequests(
  port: number,
  { accountId, token }: Bearer,
  onAccepted: (outcome: Promise<Outcome>) => void,
): Load {
  const headers = { authorization: `Bearer ${token}` };
  let sent = 0;
  return startPacedLoad(REQUESTS_PER_SECOND, () => {
    sent += 1;
    const write = { method: 'PATCH', body: { first_name: `Name ${sent}` } } as const;
    const read = { port, path: `/api/accounts/${accountId}`, headers };
    const request = { ...read, ...(sent % WRITE_EVERY === 0 ? write : {}) };
    const onContinue = () => onAccepted(outcome);
    const outcome = send(request, { limitMilliseconds: 30_000, onContinue });
    return outcome;
  });
}

function judgeRounds(context: FaultContext, rounds: readonly Round[]): Check[] {
  const accepted = rounds.flatMap((round) => round.accepted);
  const answers = accepted.filter(isAnswer);
  const odd = answers.filter(({ status }) => status !== 200 && status !== 503);
  const clean = rounds.filter(({ exitCode }) => exitCode === 0).length;
  const paused = rounds.filter((round) => round.paused);
  const seen = paused.filter(({ sawUnready }) => sawUnready).length;
  const slowest = Math.max(...rounds.map(({ exitMilliseconds }) => exitMilliseconds));
  const tooLong = rounds.reduce((sum, { readyTooLong }) => sum + readyTooLong, 0);
  const ofPaused = `readiness seen to go first in ${paused.length} rounds with a pause`;
  const cutOff = accepted.length - answers.length;
  return [
    checkCount(`of ${accepted.length} accepted requests, cut off`, cutOff, 0),
    checkCount('accepted, and answered with neither 200 nor 503', odd.length, 0),
    checkCount(`exits with code 0 in ${rounds.length} rounds`, clean, rounds.length),
    context.checkTime('slowest exit', slowest, EXIT_LIMIT_MILLISECONDS),
    checkCount(ofPaused, seen, paused.length),
    checkCount('answers of "ready" after the API had refused somebody', tooLong, 0),
  ];
}

/** A request that never ends would hold the exit up; the second signal does not wait for it. */
async function force(context: FaultContext): Promise<Check[]> {
  const program = await context.stage.start({ role: 'api' });
  // Accepted by the server, which waits for a body that does not come.
  const socket = connect(program.port, LOOPBACK).on('error', () => undefined);
  socket.write(
    'POST /api/accounts HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\nexpect: 100-continue\r\n\r\n',
  );
  await once(socket, 'data');
  program.signal('SIGTERM');
  await delay(BETWEEN_SIGNALS_MILLISECONDS);
  const waited = !program.hasEnded;
  const signalledAt = performance.now();
  program.signal('SIGTERM');
  const code = await program.exited();
  const took = performance.now() - signalledAt;
  socket.destroy();
  const name = `exit after a second signal, with code ${code ?? 'none'}`;
  return [
    checkThat('an open request is waited for', waited, waited ? 'yes' : 'no', 'yes'),
    context.checkTime(name, took, 2_000),
  ];
}
