import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from 'mongodb';

import { sendRaw } from '../http/raw-request.ts';
import { ApiClient } from '../load/api-client.ts';
import { LivenessWatch } from '../load/liveness-watch.ts';
import { signUpAndLogIn } from '../load/people.ts';
import { checkCount, checkThat, checkTime, type Check } from './check.ts';
import { judgeProgram } from './f3-mongod-killed.ts';
import { byMode, type Fault, type FaultContext } from './fault.ts';
import { makeHostileRequests, type HostileRequest } from './hostile-requests.ts';

const ROUNDS = { quick: 2, full: 20 };
const PARALLEL = 4;
const QUIET_MILLISECONDS = 2_000;
const ANSWER_LIMIT_MILLISECONDS = 20_000;
const BLOCKED_LIMIT_MILLISECONDS = 50;
const SHOWN = 8;
/** A hostile request may be recorded, and must not change anything else. */
const UNCHANGED = ['accounts', 'account_notification_preferences', 'sessions', 'otps'];

export const hostileInput: Fault = {
  id: 'F7',
  title: 'hostile JSON, operators, odd ids and what is hardly HTTP',
  run: async (context) => {
    const { mode, stage } = context;
    const database = stage.databaseServer.database();
    const program = await stage.start({ role: 'api' });
    const client = new ApiClient(program.port);
    const requests = makeHostileRequests(await signUpAndLogIn(client));
    const before = await readAll(database);
    // What the machine itself does to answers, without any fault.
    const quiet = await watchWhile(program.port, () => delay(QUIET_MILLISECONDS));
    const answers = new Map<string, number | undefined>();
    const busy = await watchWhile(program.port, () =>
      attack(context, { port: program.port, requests, answers }),
    );
    client.close();
    return [
      judgeAnswers(answers, requests.length * byMode(mode, ROUNDS)),
      checkThat(
        'documents',
        before === (await readAll(database)),
        before === (await readAll(database)) ? 'unchanged' : 'changed',
        'unchanged',
      ),
      checkTime(
        `slowest liveness beyond the ${quiet.toFixed(0)} ms without attack`,
        Math.max(0, busy - quiet),
        BLOCKED_LIMIT_MILLISECONDS,
        mode,
      ),
      ...judgeProgram(program),
    ];
  },
};

interface Attack {
  readonly port: number;
  readonly requests: readonly HostileRequest[];
  /** What each was answered with, the worst of all rounds. */
  readonly answers: Map<string, number | undefined>;
}

async function attack({ mode, progress }: FaultContext, { port, requests, answers }: Attack) {
  const rounds = byMode(mode, ROUNDS);
  for (let round = 0; round < rounds; round += 1) {
    const queue = [...requests];
    const attackers = Array.from({ length: PARALLEL }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const limits = { port, limitMilliseconds: ANSWER_LIMIT_MILLISECONDS };
        const status = await sendRaw({ ...limits, bytes: next.bytes });
        if (isRefusal(answers.get(next.name) ?? 400)) {
          answers.set(next.name, status);
        }
      }
    });
    await Promise.all(attackers);
    progress(round + 1, rounds);
  }
}

/** @returns the longest that liveness took, in milliseconds */
async function watchWhile(port: number, work: () => Promise<unknown>): Promise<number> {
  const watch = LivenessWatch.start(port);
  await work();
  return (await watch.stop()).longestMilliseconds;
}

function isRefusal(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500;
}

function judgeAnswers(answers: ReadonlyMap<string, number | undefined>, sent: number): Check {
  const wrong = [...answers].filter(([, status]) => !isRefusal(status));
  const shown = wrong.slice(0, SHOWN).map(([name, status]) => `${name}: ${status ?? 'no answer'}`);
  return {
    ...checkCount(`of ${sent} hostile requests, not answered with 4xx`, wrong.length, 0),
    measured: [String(wrong.length), ...shown].join('; '),
  };
}

async function readAll(database: Db): Promise<string> {
  const collections = await Promise.all(
    UNCHANGED.map((name) =>
      database
        .collection(name)
        // When a session was used last is no change.
        .find({}, { projection: { last_used_at: 0, updated_at: 0 } })
        .toArray(),
    ),
  );
  return JSON.stringify(collections);
}
