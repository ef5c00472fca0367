import type { Bench } from '../bench.ts';
import { logIn, type Owner } from '../data/owners.ts';
import type { Role } from '../servers/environment.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { DEPLOYED, SIDES, type Side } from '../servers/server-definition.ts';

/** Both servers of a comparison. */
export type BothSides = Readonly<Record<Side, RunningServer>>;

/**
 * Starts and ends the servers of both sides. Where there is no time to lose, the same two serve
 * one cell after the other; otherwise each cell has fresh ones, so that no cell changes another's
 * figures.
 */
export class SideServers {
  readonly #bench: Bench;
  readonly #keeps: boolean;
  #kept: BothSides | undefined;

  constructor(bench: Bench, { keeps }: { readonly keeps: boolean }) {
    this.#bench = bench;
    this.#keeps = keeps;
  }

  /** @param role of the program; only servers of the role `api` are kept */
  async use<Result>(role: Role, work: (servers: BothSides) => Promise<Result>): Promise<Result> {
    if (this.#keeps && role === 'api') {
      this.#kept ??= await this.#start(role);
      return work(this.#kept);
    }
    const servers = await this.#start(role);
    try {
      return await work(servers);
    } finally {
      await stopAll(SIDES.map((side) => servers[side]));
    }
  }

  /** Logs one person in on both sides; what they get outlives the servers. */
  async logIn(person: number): Promise<Readonly<Record<Side, Owner>>> {
    return this.use('api', async (servers) => ({
      program: await logIn(servers.program, person),
      limit: await logIn(servers.limit, person),
    }));
  }

  async close(): Promise<void> {
    const kept = this.#kept;
    this.#kept = undefined;
    await stopAll(kept === undefined ? [] : SIDES.map((side) => kept[side]));
  }

  async #start(role: Role): Promise<BothSides> {
    const [program, limit] = await Promise.all([
      this.#bench.start(DEPLOYED.program, { role }),
      this.#bench.start(DEPLOYED.limit),
    ]);
    return { program, limit };
  }
}

export async function stopAll(servers: readonly RunningServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}
