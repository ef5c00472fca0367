import { Tally, type Outcome } from '@org/harness';

import type { ApiClient } from '../load/api-client.ts';
import type { FaultContext } from './fault.ts';

export const PARALLEL = 50;
export const everybody = Array.from({ length: PARALLEL }, (_, index) => index);

/** Two processes that share a database, with a client at each. */
export interface Arena {
  readonly context: FaultContext;
  readonly clients: readonly [ApiClient, ApiClient];
}

/** Each tells what should not have happened; undefined: nothing. */
export type Race = (arena: Arena) => Promise<string | undefined>;

/** Makes all requests at once, in turn to both processes. */
export async function race<Item>(
  { clients }: Arena,
  items: readonly Item[],
  request: (client: ApiClient, item: Item) => Promise<Outcome>,
): Promise<Tally> {
  const requests = items.map((item, index) => request(clients[index % 2 === 0 ? 0 : 1], item));
  return new Tally(await Promise.all(requests));
}
