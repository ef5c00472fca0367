import type { ServerProgram } from '@org/harness';

import { bySide, DEPLOYED, type Bench, type BySide, type Role } from '../bench.ts';
import { logIn, type Owner } from '../data/people.ts';

type Servers = BySide<ServerProgram>;

/**
 * Starts and ends the servers of both sides. Where there is no time to lose, the same two serve
 * one cell after the other; otherwise each cell has fresh ones, so that no cell changes another's
 * figures.
 */
export class SideServers {
  readonly #bench: Bench;
  readonly #keeps: boolean;
  #kept: Servers | undefined;

  constructor(bench: Bench, { keeps }: { readonly keeps: boolean }) {
    this.#bench = bench;
    this.#keeps = keeps;
  }

  /** @param role of the program; only servers of the role `api` are kept, until the bench closes */
  async use<Result>(role: Role, work: (servers: Servers) => Promise<Result>): Promise<Result> {
    if (this.#keeps && role === 'api') {
      this.#kept ??= await this.#start(role);
      return work(this.#kept);
    }
    const servers = await this.#start(role);
    try {
      return await work(servers);
    } finally {
      await bySide((side) => servers[side].kill());
    }
  }

  /** Logs one person in on both sides; what they get outlives the servers. */
  async logIn(person: number): Promise<BySide<Owner>> {
    return this.use('api', (servers) => bySide((side) => logIn(servers[side], person)));
  }

  #start(role: Role): Promise<Servers> {
    return bySide((side) => this.#bench.start(DEPLOYED[side], side === 'program' ? { role } : {}));
  }
}
