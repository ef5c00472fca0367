import { isAnswer, Tally, type Outcome } from '@org/harness';
import type { Db } from 'mongodb';

import type { ApiClient } from '../load/api-client.ts';
import type { Stage } from '../stage/stage.ts';
import type { FaultContext } from './fault.ts';

/** How many try the same thing at once. */
export const PARALLEL = 50;

/** Two processes that share a database, and somebody at each. */
export interface Arena {
  readonly stage: Stage;
  readonly database: Db;
  readonly clients: readonly [ApiClient, ApiClient];
}

/** The messages are sent by a worker of its own. */
export async function openArena({ stage, database }: FaultContext): Promise<Arena> {
  const [first, second] = await Promise.all([
    stage.start({ role: 'api' }),
    stage.start({ role: 'api' }),
    stage.start({ role: 'worker' }),
  ]);
  return { stage, database, clients: [stage.connect(first), stage.connect(second)] };
}

/** Makes all requests at once, in turn to both processes. */
export async function race<Item>(
  { clients }: Arena,
  items: readonly Item[],
  request: (client: ApiClient, item: Item) => Promise<Outcome>,
): Promise<Tally> {
  const requests = items.map((item, index) => request(clients[index % 2 === 0 ? 0 : 1], item));
  return new Tally(await Promise.all(requests));
}

/** The numbers of those who try. */
export const everybody: readonly number[] = Array.from({ length: PARALLEL }, (_, index) => index);

/** How many answers carry this code. */
export function countCode({ outcomes }: Tally, code: string): number {
  const answers = outcomes.filter(isAnswer);
  return answers.filter(({ body }) => (body as { code?: unknown }).code === code).length;
}
