import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { LOOPBACK, median } from '@org/harness';

import { signUpAndLogIn } from '../load/api-client.ts';
import { startPacedLoad } from '../load/load.ts';
import { checkCount, checkProgram, formatTime } from './check.ts';
import type { Fault } from './fault.ts';

const CLIENTS = 1_000;
/** All at once, it would be this tool that slows the others down. */
const OPEN_EVERY_MILLISECONDS = 4;
const BYTE_EVERY_MILLISECONDS = 10_000;
const WATCHED_MILLISECONDS = 30_000;
const NORMAL_MILLISECONDS = { quick: 5_000, full: 20_000 };
const REQUESTS_PER_SECOND = 50;
/** How many times as long the 95th percentile may take. */
const SLOWER = 2;
/** Below this, a multiple says more about the machine than about the program. */
const SMALLEST_MILLISECONDS = 10;

/** Half of them are slow with their headers, half with a body. */
const HEADERS = 'GET /health/live HTTP/1.1\r\nhost: a\r\nx-slow: ';
const BODY =
  'POST /api/accounts HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{';

export const slowClients: Fault = {
  id: 'F8',
  title: `${CLIENTS} clients that send a byte in ten seconds`,
  run: async (context) => {
    const { mode, stage, progress } = context;
    const program = await stage.start({ role: 'api' });
    const client = stage.connect(program);
    const reader = await signUpAndLogIn(client);
    const startReads = () => startPacedLoad(REQUESTS_PER_SECOND, () => client.readAccount(reader));
    const before = startReads();
    await delay(NORMAL_MILLISECONDS[mode]);
    const normal = (await before.stop()).percentile(0.95);
    progress(1, 2);
    const meanwhile = startReads();
    const lives = await openSlowClients(program.port);
    const slowed = await meanwhile.stop();
    progress(2, 2);
    const p95 = slowed.percentile(0.95);
    const limit = Math.max(normal, SMALLEST_MILLISECONDS) * SLOWER;
    const cut = lives.filter((life) => life !== undefined);
    const [typical, longest] = cut.length === 0 ? [NaN, NaN] : [median(cut), Math.max(...cut)];
    const nameOfLife = `longest life (median ${formatTime(typical)})`;
    const nameOfP95 = `p95 of other requests (${formatTime(normal)} without)`;
    return [
      checkCount(`slow clients not cut of ${lives.length}`, lives.length - cut.length, 0),
      context.checkTime(nameOfLife, longest, 20_000),
      context.checkTime(nameOfP95, p95, limit),
      checkCount('other requests without success', slowed.countOthers(200), 0),
      ...checkProgram(program),
    ];
  },
};

/** @returns how long each was let live; undefined for one that outlived the watch */
async function openSlowClients(port: number): Promise<(number | undefined)[]> {
  const deadline = AbortSignal.timeout(WATCHED_MILLISECONDS);
  const clients = Array.from({ length: CLIENTS }, async (_, index) => {
    await delay(index * OPEN_EVERY_MILLISECONDS);
    const socket = connect(port, LOOPBACK)
      .on('error', () => undefined)
      .resume();
    await once(socket, 'connect');
    const connectedAt = performance.now();
    socket.write(index % 2 === 0 ? HEADERS : BODY);
    const timer = setInterval(() => socket.write('a'), BYTE_EVERY_MILLISECONDS);
    const closed = once(socket, 'close', { signal: deadline });
    const life = await closed.then(
      () => performance.now() - connectedAt,
      () => undefined,
    );
    clearInterval(timer);
    socket.destroy();
    return life;
  });
  return Promise.all(clients);
}
