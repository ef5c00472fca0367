import type { ServerProgram, ServerRequest } from '@org/harness';

import { requestLogin, requestOwnAccount, usernameOf, type Owner } from '../data/people.ts';
import { sendRepeatedly, type Answers, type Extent } from '../load/load.ts';
import { CONNECTIONS } from './cell.ts';

/** Each update is a change, so that there is something to store and to audit. */
const NAMES = [
  { first_name: 'Augusta', last_name: 'King' },
  { first_name: 'Ada', last_name: 'Lovelace' },
];

/** Reads without pause, each connection an owner of its own. */
export function read(server: ServerProgram, owners: readonly Owner[], extent: Extent) {
  return sendEach(server, owners, extent, (owner) => [requestOwnAccount(owner)]);
}

/** Updates without pause, each connection an owner of its own. */
export function update(server: ServerProgram, owners: readonly Owner[], extent: Extent) {
  return sendEach(server, owners, extent, requestUpdates);
}

/** Logins without pause, each connection others than the next. */
export function logInRepeatedly(
  server: ServerProgram,
  people: readonly number[],
  extent: Extent,
): Promise<Answers> {
  return sendEach(server, people, extent, (person) => [requestLogin(usernameOf(person))]);
}

/** An owner takes another name, and the first one back. */
export function requestUpdates({ accountId, headers }: Owner): ServerRequest[] {
  const path = `/api/accounts/${accountId}`;
  return NAMES.map((body) => ({ method: 'PATCH', path, headers, body }));
}

/** The items are dealt out to the connections by turns. */
function sendEach<Item>(
  server: ServerProgram,
  items: readonly Item[],
  extent: Extent,
  requestsFor: (item: Item) => readonly ServerRequest[],
): Promise<Answers> {
  const requestsOf = (connection: number) =>
    items.filter((_, index) => index % CONNECTIONS === connection).flatMap(requestsFor);
  return sendRepeatedly(server, { connections: CONNECTIONS, extent, requestsOf });
}
