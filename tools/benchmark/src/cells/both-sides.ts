import type { Bench, Role } from '../bench.ts';
import { logIn, type Owner } from '../data/owners.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { bySide, DEPLOYED, SIDES, type BySide } from '../servers/server-definition.ts';

/**
 * Starts and ends the servers of both sides. Where there is no time to lose, the same two serve
 * one cell after the other; otherwise each cell has fresh ones, so that no cell changes another's
 * figures.
 */
export class SideServers {
  readonly #bench: Bench;
  readonly #keeps: boolean;
  #kept: BySide<RunningServer> | undefined;

  constructor(bench: Bench, { keeps }: { readonly keeps: boolean }) {
    this.#bench = bench;
    this.#keeps = keeps;
  }

  /** @param role of the program; only servers of the role `api` are kept */
  async use<Result>(
    role: Role,
    work: (servers: BySide<RunningServer>) => Promise<Result>,
  ): Promise<Result> {
    if (this.#keeps && role === 'api') {
      this.#kept ??= await this.#start(role);
      return work(this.#kept);
    }
    const servers = await this.#start(role);
    try {
      return await work(servers);
    } finally {
      await stop(servers);
    }
  }

  /** Logs one person in on both sides; what they get outlives the servers. */
  async logIn(person: number): Promise<BySide<Owner>> {
    return this.use('api', (servers) => bySide((side) => logIn(servers[side], person)));
  }

  async close(): Promise<void> {
    if (this.#kept !== undefined) {
      await stop(this.#kept);
      this.#kept = undefined;
    }
  }

  #start(role: Role): Promise<BySide<RunningServer>> {
    return bySide((side) => this.#bench.start(DEPLOYED[side], side === 'program' ? { role } : {}));
  }
}

async function stop(servers: BySide<RunningServer>): Promise<void> {
  await Promise.all(SIDES.map((side) => servers[side].kill()));
}
