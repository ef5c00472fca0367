import type { Bench } from '../bench.ts';
import { logIn, type Owner } from '../data/owners.ts';
import type { Role } from '../servers/environment.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { DEPLOYED, type Side } from '../servers/server-definition.ts';

/** Both servers of a comparison. */
export type BothSides = Readonly<Record<Side, RunningServer>>;

/** Runs a program and a limit, which are gone afterwards. */
export async function withBothSides<Result>(
  bench: Bench,
  role: Role,
  work: (servers: BothSides) => Promise<Result>,
): Promise<Result> {
  const [program, limit] = await Promise.all([
    bench.start(DEPLOYED.program, { role }),
    bench.start(DEPLOYED.limit),
  ]);
  try {
    return await work({ program, limit });
  } finally {
    await stopAll([program, limit]);
  }
}

export async function stopAll(servers: readonly RunningServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}

/** Logs one person in on both sides; what they get outlives the servers. */
export async function logInOnBothSides(
  bench: Bench,
  person: number,
): Promise<Readonly<Record<Side, Owner>>> {
  return withBothSides(bench, 'api', async (servers) => ({
    program: await logIn(servers.program, person),
    limit: await logIn(servers.limit, person),
  }));
}
