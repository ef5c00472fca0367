import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { ApiClient } from '../load/api-client.ts';
import { signUpAndLogIn } from '../load/people.ts';
import { startPacedLoad } from '../load/run-load.ts';
import type { Tally } from '../load/tally.ts';
import { LOOPBACK } from '../stage/free-port.ts';
import { largest, median } from '../statistics.ts';
import { checkCount, checkThat, checkTime, formatTime, type Check } from './check.ts';
import { judgeProgram } from './f3-mongod-killed.ts';
import { byMode, type Fault, type Mode } from './fault.ts';

const CLIENTS = 1_000;
/** All at once, it would be this tool that slows the others down. */
const OPEN_EVERY_MILLISECONDS = 4;
const BYTE_EVERY_MILLISECONDS = 10_000;
const CUT_LIMIT_MILLISECONDS = 20_000;
const WATCHED_MILLISECONDS = 30_000;
const NORMAL_MILLISECONDS = { quick: 5_000, full: 20_000 };
const REQUESTS_PER_SECOND = 50;
/** How many times as long the 95th percentile may take. */
const SLOWER = { quick: 4, full: 2 };
/** Below this, a multiple says more about the machine than about the program. */
const SMALLEST_MILLISECONDS = { quick: 100, full: 10 };

/** Half of them are slow with their headers, half with a body. */
const BEGINNINGS = [
  'GET /health/live HTTP/1.1\r\nhost: a\r\nx-slow: ',
  'POST /api/accounts HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{',
] as const;

export const slowClients: Fault = {
  id: 'F8',
  title: `${CLIENTS} clients that send a byte in ten seconds`,
  run: async ({ mode, stage, progress }) => {
    const program = await stage.start({ role: 'api' });
    const client = new ApiClient(program.port);
    const reader = await signUpAndLogIn(client);
    const read = {
      requestsPerSecond: REQUESTS_PER_SECOND,
      request: () => client.readAccount(reader),
    };
    const before = startPacedLoad(read);
    await delay(byMode(mode, NORMAL_MILLISECONDS));
    const normal = await before.stop();
    progress(1, 3);
    const meanwhile = startPacedLoad(read);
    const lives = await openSlowClients(program.port);
    progress(2, 3);
    const slowed = await meanwhile.stop();
    client.close();
    progress(3, 3);
    return [
      ...judgeLives(lives, mode),
      ...judgeTraffic(normal, slowed, mode),
      ...judgeProgram(program),
    ];
  },
};

/** @returns how long each was let live; undefined for one that outlived the watch */
async function openSlowClients(port: number): Promise<(number | undefined)[]> {
  const deadline = AbortSignal.timeout(WATCHED_MILLISECONDS);
  return Promise.all(
    Array.from({ length: CLIENTS }, (_, index) =>
      delay(index * OPEN_EVERY_MILLISECONDS).then(() =>
        liveSlowly(port, BEGINNINGS[index % 2 === 0 ? 0 : 1], deadline),
      ),
    ),
  );
}

async function liveSlowly(
  port: number,
  beginning: string,
  deadline: AbortSignal,
): Promise<number | undefined> {
  const socket = connect(port, LOOPBACK);
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'connect');
  const connectedAt = performance.now();
  socket.write(beginning);
  const timer = setInterval(() => socket.write('a'), BYTE_EVERY_MILLISECONDS);
  const wasCut = await untilCut(socket, deadline);
  clearInterval(timer);
  socket.destroy();
  return wasCut ? performance.now() - connectedAt : undefined;
}

async function untilCut(socket: Socket, deadline: AbortSignal): Promise<boolean> {
  try {
    await once(socket, 'close', { signal: deadline });
    return true;
  } catch {
    return false;
  }
}

function judgeLives(lives: readonly (number | undefined)[], mode: Mode): Check[] {
  const cut = lives.filter((life) => life !== undefined);
  return [
    checkCount(`slow clients not cut of ${lives.length}`, lives.length - cut.length, 0),
    checkTime(
      `longest life (median ${formatTime(median(cut))})`,
      largest(cut),
      CUT_LIMIT_MILLISECONDS,
      mode,
    ),
  ];
}

function judgeTraffic(normal: Tally, slowed: Tally, mode: Mode): Check[] {
  const before = normal.percentile(0.95);
  const limit = Math.max(before, byMode(mode, SMALLEST_MILLISECONDS)) * byMode(mode, SLOWER);
  const p95 = slowed.percentile(0.95);
  return [
    checkThat(
      `p95 of other requests (${formatTime(before)} without)`,
      p95 <= limit,
      formatTime(p95),
      `at most ${formatTime(limit)}`,
    ),
    checkCount('other requests without success', slowed.countOthers(200), 0),
  ];
}
