import type { Db } from 'mongodb';

import { sendRaw } from '../http/raw-request.ts';
import { signUpAndLogIn } from '../load/people.ts';
import { longestLiveness } from '../load/watch.ts';
import { checkBlocked, longestQuietLiveness } from './blocked.ts';
import { checkProgram, checkThat, listNothing } from './check.ts';
import type { Fault } from './fault.ts';
import { makeHostileRequests, type HostileRequest } from './hostile-requests.ts';

const ROUNDS = { quick: 2, full: 20 };
const PARALLEL = 4;
/** A hostile request may be recorded, and must not change anything else. */
const UNCHANGED = ['accounts', 'account_notification_preferences', 'sessions', 'otps'];

export const hostileInput: Fault = {
  id: 'F7',
  title: 'hostile JSON, operators, odd ids and what is hardly HTTP',
  run: async (context) => {
    const { mode, stage, database } = context;
    const program = await stage.start({ role: 'api' });
    const { port } = program;
    const requests = makeHostileRequests(await signUpAndLogIn(context.connect(program)));
    const before = await readAll(database);
    const quiet = await longestQuietLiveness(port);
    const wrong: string[] = [];
    const busy = await longestLiveness(port, () =>
      context.rounds(ROUNDS, async () => {
        wrong.push(...(await attack(port, requests)));
      }),
    );
    const isUnchanged = before === (await readAll(database));
    const sent = requests.length * ROUNDS[mode];
    return [
      listNothing(`of ${sent} hostile requests, not answered with 4xx`, wrong),
      checkThat('documents', isUnchanged, isUnchanged ? 'unchanged' : 'changed', 'unchanged'),
      checkBlocked(context, 'attack', { quiet, busy }),
      ...checkProgram(program),
    ];
  },
};

/** @returns those that were not refused, with what they were answered */
async function attack(port: number, requests: readonly HostileRequest[]): Promise<string[]> {
  const queue = [...requests];
  const wrong: string[] = [];
  const attackers = Array.from({ length: PARALLEL }, async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const status = await sendRaw(port, next.bytes);
      if (status === undefined || status < 400 || status >= 500) {
        wrong.push(`${next.name}: ${status ?? 'no answer'}`);
      }
    }
  });
  await Promise.all(attackers);
  return wrong;
}

async function readAll(database: Db): Promise<string> {
  // When a session was used last is no change.
  const projection = { last_used_at: 0, updated_at: 0 };
  const read = (name: string) => database.collection(name).find({}, { projection }).toArray();
  return JSON.stringify(await Promise.all(UNCHANGED.map(read)));
}
