import type { ByMode } from '@org/harness';

import { logInEach, requestLogin, requestOwnAccount, type Owner } from '../data/owners.ts';
import { makeSignUp } from '../data/people.ts';
import type { Extent } from '../load/load-result.ts';
import { deal, sendRepeatedly, type RequestLoad } from '../load/send-repeatedly.ts';
import type { ServerRequest } from '../servers/running-server.ts';
import { CONNECTIONS } from './cell.ts';
import { createLoadCell, type LoadPlan } from './load-cell.ts';

/** For requests that take about as long as a query: as many as fit into the time. */
const QUICK_REQUESTS: ByMode<LoadPlan> = {
  quick: {
    rounds: { atMost: 3, atLeast: 2, within: 4_000 },
    extent: { seconds: 0.8 },
    warmUp: { seconds: 0.6 },
  },
  full: {
    rounds: { atMost: 9, atLeast: 5, within: 60_000 },
    extent: { seconds: 2.5 },
    warmUp: { seconds: 3 },
  },
};

/** For requests that hash a password. */
const HASHING_REQUESTS: ByMode<LoadPlan> = {
  quick: {
    rounds: { atMost: 2, atLeast: 2, within: 4_000 },
    extent: { count: 24 },
    warmUp: { count: 8 },
  },
  full: {
    rounds: { atMost: 7, atLeast: 4, within: 34_000 },
    extent: { count: 120 },
    warmUp: { count: 40 },
  },
};

/** Each update is a change, so that there is something to store and to audit. */
const NAMES = [
  { first_name: 'Augusta', last_name: 'King' },
  { first_name: 'Ada', last_name: 'Lovelace' },
];
const SIGN_UP = { method: 'POST', path: '/api/accounts' } as const;

/** Accounts read by their owners. */
export const readOwnAccount = createLoadCell({
  name: 'read own account',
  plans: QUICK_REQUESTS,
  prepare: async (server, { data }) => {
    const owners = await logInEach(server, data.owners.slice(0, CONNECTIONS));
    const [first = { path: '/' }] = owners.map(requestOwnAccount);
    return {
      answer: await server.request(first, 200),
      run: (extent) => sendRepeatedly(server, makeReads(owners, extent)),
    };
  },
});

/** Accounts renamed by their owners, each its own, so that no update waits for another. */
export const updateProfile = createLoadCell({
  name: 'update profile',
  plans: QUICK_REQUESTS,
  prepare: async (server, { data }) => {
    const owners = await logInEach(server, data.owners.slice(0, CONNECTIONS));
    const [first = { path: '/' }] = owners.flatMap(requestUpdates);
    return {
      answer: await server.request(first, 200),
      run: (extent) => sendRepeatedly(server, makeUpdates(owners, extent)),
    };
  },
});

/** People who log in by password, each connection others than the next. */
export const login = createLoadCell({
  name: 'login',
  plans: HASHING_REQUESTS,
  prepare: async (server, { data }) => ({
    answer: await server.request(requestLogin(data.comers[0] ?? 0), 201),
    run: (extent) => sendRepeatedly(server, makeLogins(data.comers, extent)),
  }),
});

/** People who sign up by username and password. */
export const createAccount = createLoadCell({
  name: 'create account',
  plans: HASHING_REQUESTS,
  prepare: async (server) => ({
    answer: await server.request({ ...SIGN_UP, body: makeSignUp() }, 201),
    run: (extent) => {
      const requestsOf = () => [{ ...SIGN_UP, makeBody: makeSignUp }];
      return sendRepeatedly(server, { connections: CONNECTIONS, extent, requestsOf });
    },
  }),
});

/** Reads without pause, each connection an owner of its own. */
export function makeReads(owners: readonly Owner[], extent: Extent): RequestLoad {
  return makeLoad(owners, extent, (owner) => [requestOwnAccount(owner)]);
}

/** Updates without pause, each connection an owner of its own. */
export function makeUpdates(owners: readonly Owner[], extent: Extent): RequestLoad {
  return makeLoad(owners, extent, requestUpdates);
}

/** Logins without pause. */
export function makeLogins(people: readonly number[], extent: Extent): RequestLoad {
  return makeLoad(people, extent, (person) => [requestLogin(person)]);
}

function makeLoad<Item>(
  items: readonly Item[],
  extent: Extent,
  requestsFor: (item: Item) => readonly ServerRequest[],
): RequestLoad {
  const requestsOf = (connection: number) =>
    deal(items, CONNECTIONS, connection).flatMap(requestsFor);
  return { connections: CONNECTIONS, extent, requestsOf };
}

/** An owner takes another name, and the first one back. */
function requestUpdates({ accountId, headers }: Owner): ServerRequest[] {
  const path = `/api/accounts/${accountId}`;
  return NAMES.map((body) => ({ method: 'PATCH', path, headers, body }));
}
