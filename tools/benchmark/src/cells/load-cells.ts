import { readCode, type ByMode, type ServerProgram, type SmsSink } from '@org/harness';

import { bySide, type Bench, type Role } from '../bench.ts';
import type { Rounds } from '../comparison.ts';
import { assertSameShape } from '../data/answer-shape.ts';
import {
  COMERS,
  logInEach,
  OWNERS,
  requestLogin,
  requestOwnAccount,
  requestSignUp,
  usernameOf,
} from '../data/people.ts';
import { repeatSteps, sendRepeatedly, type Answers, type Extent } from '../load/load.ts';
import { compareSides, CONNECTIONS, LOAD_QUANTITIES, type Cell } from './cell.ts';
import { logInRepeatedly, read, requestUpdates, update } from './requests.ts';

/** How often and how long a load is put on each side. */
interface LoadPlan extends Rounds {
  readonly load: Extent;
  readonly warmUp: Extent;
}

interface PreparedLoad {
  /** One answer; those of both sides must have the same shape. */
  readonly answer: unknown;
  readonly run: (extent: Extent) => Promise<Answers>;
}

interface LoadCellOptions {
  readonly name: string;
  readonly plans: ByMode<LoadPlan>;
  /** Of the program. Default: `api`. */
  readonly role?: Role;
  readonly prepare: (server: ServerProgram, bench: Bench) => Promise<PreparedLoad>;
}

const FULL_STEPS = { load: { seconds: 2.5 }, warmUp: { seconds: 1 } };

/** For requests that take about as long as a query: as many as fit into the time. */
const QUICK_REQUESTS: ByMode<LoadPlan> = {
  quick: { atMost: 3, atLeast: 2, within: 4_000, load: { seconds: 0.8 }, warmUp: { seconds: 0.6 } },
  full: { atMost: 9, atLeast: 5, within: 60_000, load: { seconds: 2.5 }, warmUp: { seconds: 3 } },
};

/** For requests that hash a password. */
const HASHING_REQUESTS: ByMode<LoadPlan> = {
  quick: { atMost: 2, atLeast: 2, within: 4_000, load: { count: 24 }, warmUp: { count: 8 } },
  full: { atMost: 7, atLeast: 4, within: 34_000, load: { count: 120 }, warmUp: { count: 40 } },
};

/** For requests that depend on the answers to others. */
const JOURNEYS: ByMode<LoadPlan> = {
  quick: { atMost: 2, atLeast: 2, within: 3_000, load: { count: 24 }, warmUp: { count: 8 } },
  full: { atMost: 5, atLeast: 3, within: 30_000, ...FULL_STEPS },
};
const REFRESHES: ByMode<LoadPlan> = {
  quick: { ...JOURNEYS.quick, load: { count: 100 }, warmUp: { count: 50 } },
  full: JOURNEYS.full,
};

const FIRST_NUMBER = 9_800_000_000;
let numbersUsed = 0;

const LOADS: readonly LoadCellOptions[] = [
  {
    name: 'read own account',
    plans: QUICK_REQUESTS,
    prepare: async (server) => {
      const owners = await logInEach(server, OWNERS.slice(0, CONNECTIONS));
      const [first = { path: '/' }] = owners.map(requestOwnAccount);
      const answer = await server.request(first, 200);
      return { answer, run: (extent) => read(server, owners, extent) };
    },
  },
  {
    // Each owner's own, so that no update waits for another.
    name: 'update profile',
    plans: QUICK_REQUESTS,
    prepare: async (server) => {
      const owners = await logInEach(server, OWNERS.slice(0, CONNECTIONS));
      const [first = { path: '/' }] = owners.flatMap(requestUpdates);
      const answer = await server.request(first, 200);
      return { answer, run: (extent) => update(server, owners, extent) };
    },
  },
  {
    name: 'login',
    plans: HASHING_REQUESTS,
    prepare: async (server) => ({
      answer: await server.request(requestLogin(usernameOf(COMERS[0] ?? 0)), 201),
      run: (extent) => logInRepeatedly(server, COMERS, extent),
    }),
  },
  {
    name: 'create account',
    plans: HASHING_REQUESTS,
    prepare: async (server) => ({
      answer: await server.request(requestSignUp(), 201),
      run: (extent) => {
        const makeBody = () => requestSignUp().body;
        const requestsOf = () => [{ method: 'POST', path: '/api/accounts', makeBody } as const];
        return sendRepeatedly(server, { connections: CONNECTIONS, extent, requestsOf });
      },
    }),
  },
  {
    // The program delivers its messages itself, in the same process.
    name: 'OTP journey',
    role: 'all',
    plans: JOURNEYS,
    prepare: async (server, { sms }) => {
      const step = () => makeJourney(server, sms);
      const run = (extent: Extent) => repeatSteps({ clients: CONNECTIONS, extent, step });
      return { answer: await step(), run };
    },
  },
  {
    name: 'refresh',
    plans: REFRESHES,
    prepare: async (server) => {
      const owners = await logInEach(server, OWNERS.slice(0, CONNECTIONS));
      const newest = owners.map(({ refreshToken }) => refreshToken);
      const step = async (client: number): Promise<unknown> => {
        const body = { refresh_token: newest[client] };
        const request = { method: 'POST', path: '/api/access-tokens', body } as const;
        const answer = (await server.request(request, 201)) as { refresh_token: string };
        newest[client] = answer.refresh_token;
        return answer;
      };
      const run = (extent: Extent) => repeatSteps({ clients: CONNECTIONS, extent, step });
      return { answer: await step(0), run };
    },
  },
];

/** Cells in which the program and its limit are put under the same load by turns. */
export const LOAD_CELLS: readonly Cell[] = LOADS.map(({ name, plans, role, prepare }) => ({
  name,
  measure: async (context) => {
    const { bench, mode } = context;
    const { load, warmUp, ...rounds } = plans[mode];
    const servers = await bench.startSides(role);
    const loads = await bySide((side) => prepare(servers[side], bench));
    assertSameShape(loads.program.answer, loads.limit.answer);
    await bySide((side) => loads[side].run(warmUp));
    return compareSides(context, {
      name,
      rounds,
      quantities: LOAD_QUANTITIES,
      measure: (side) => bench.measure(servers[side], () => loads[side].run(load)),
      render: ({ processorMilliseconds: time }) => `${time.toFixed(3)} ms CPU a request`,
    });
  },
}));

/** A phone number that nobody had, its code by text message, and a login with it; both answers. */
async function makeJourney(server: ServerProgram, sms: SmsSink): Promise<readonly unknown[]> {
  numbersUsed += 1;
  const phone_number = { country_code: '+91', phone_number: String(FIRST_NUMBER + numbersUsed) };
  const signUp = { method: 'POST', path: '/api/accounts', body: { phone_number } } as const;
  const account = await server.request(signUp, 201);
  const otp_code = await readCode(sms, `+91${phone_number.phone_number}`);
  const body = { phone_number, otp_code };
  return [account, await server.request({ method: 'POST', path: '/api/access-tokens', body }, 201)];
}
