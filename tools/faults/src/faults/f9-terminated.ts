import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { isAnswer, LOOPBACK, send, type HttpRequest, type Outcome } from '@org/harness';

import { startPacedLoad } from '../load/load.ts';
import { signUpAndLogIn } from '../load/people.ts';
import { firstUnready, watchReadiness } from '../load/watch.ts';
import type { Program } from '../stage/program.ts';
import type { Stage } from '../stage/stage.ts';
import { checkCount, checkThat, type Check } from './check.ts';
import type { Fault, FaultContext } from './fault.ts';

const ROUNDS = { quick: 3, full: 20 };
const REQUESTS_PER_SECOND = 200;
/** One in so many is a write. */
const WRITE_EVERY = 10;
const SERVING_MILLISECONDS = 1_500;
const EXIT_LIMIT_MILLISECONDS = 10_000;
const FORCED_LIMIT_MILLISECONDS = 2_000;
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
  const { port } = program;
  const { accountId, token } = await signUpAndLogIn(stage.connect(program));
  const headers = { authorization: `Bearer ${token}` };
  // The port for metrics tells of readiness until the very end.
  const readiness = watchReadiness(program.metricsPort, 1);
  const continued: Promise<Outcome>[] = [];
  let sent = 0;
  const load = startPacedLoad(REQUESTS_PER_SECOND, () => {
    sent += 1;
    const write = { method: 'PATCH', body: { first_name: `Name ${sent}` } } as const;
    const request = { port, path: `/api/accounts/${accountId}`, headers };
    return sendAskingFirst({ ...request, ...(sent % WRITE_EVERY === 0 ? write : {}) }, continued);
  });
  await delay(SERVING_MILLISECONDS);
  const signalledAt = performance.now();
  program.signal('SIGTERM');
  const exitCode = await program.exited();
  const exitMilliseconds = performance.now() - signalledAt;
  const refused = (await load.stop()).outcomes.filter(({ kind }) => kind === 'refused');
  const refusedAt = Math.min(...refused.map(({ sentAt, milliseconds }) => sentAt + milliseconds));
  // The server had read their headers, and wanted the rest.
  const accepted = await Promise.all(continued);
  const looks = await readiness.stop();
  const sawUnready = !Number.isNaN(firstUnready(looks, signalledAt));
  // Although the API had refused somebody before.
  const readyTooLong = looks.sentBetween(refusedAt, Infinity).count(200);
  return { accepted, paused, exitCode, exitMilliseconds, sawUnready, readyTooLong };
}

/**
 * A connection that breaks before the server says that it wants the body was never accepted: its
 * request may be sent elsewhere.
 */
function sendAskingFirst(request: HttpRequest, accepted: Promise<Outcome>[]): Promise<Outcome> {
  const onContinue = () => accepted.push(outcome);
  const outcome: Promise<Outcome> = send(request, { limitMilliseconds: 30_000, onContinue });
  return outcome;
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
  const socket = await openEndlessRequest(program);
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
    context.checkTime(name, took, FORCED_LIMIT_MILLISECONDS),
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
