import { isAnswer, type Outcome } from '../../http/http-client.ts';
import { ApiClient } from '../../load/api-client.ts';
import { Tally } from '../../load/tally.ts';
import type { Stage } from '../../stage/stage.ts';

/** How many try the same thing at once. */
export const PARALLEL = 50;

/** Two processes that share a database, and somebody at each. */
export interface Arena {
  readonly stage: Stage;
  readonly clients: readonly [ApiClient, ApiClient];
  close(): void;
}

/** What one round is to show; without a problem it did. */
export interface RoundCheck {
  readonly name: string;
  readonly problem: string | undefined;
}

/** The messages are sent by a worker of its own. */
export async function openArena(stage: Stage): Promise<Arena> {
  const [first, second] = await Promise.all([
    stage.start({ role: 'api' }),
    stage.start({ role: 'api' }),
    stage.start({ role: 'worker' }),
  ]);
  const clients = [new ApiClient(first.port), new ApiClient(second.port)] as const;
  return { stage, clients, close: () => clients.forEach((client) => client.close()) };
}

/** Makes all requests at once, in turn to both processes. */
export async function race(
  { clients }: Arena,
  requests: readonly ((client: ApiClient) => Promise<Outcome>)[],
): Promise<Tally> {
  const tally = new Tally();
  const outcomes = await Promise.all(
    requests.map((request, index) => request(clients[index % 2 === 0 ? 0 : 1])),
  );
  for (const outcome of outcomes) {
    tally.add(outcome);
  }
  return tally;
}

export function times<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

export function expectThat(name: string, holds: boolean, problem: string): RoundCheck {
  return { name, problem: holds ? undefined : problem };
}

export function countStatus(tally: Tally, status: number): number {
  return tally.counts().get(String(status)) ?? 0;
}

/** How many answers carry this code. */
export function countCode(tally: Tally, code: string): number {
  return tally.outcomes.filter(
    (outcome) => isAnswer(outcome) && (outcome.body as { code?: unknown }).code === code,
  ).length;
}
