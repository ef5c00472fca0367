import type { ByMode, Mode } from '@org/harness';
import type { Db } from 'mongodb';

import { checkInvariants } from '../invariants/check-invariants.ts';
import { checkLedger, type LedgerCheckOptions } from '../invariants/check-ledger.ts';
import type { ApiClient } from '../load/api-client.ts';
import type { Ledger } from '../load/ledger.ts';
import type { Ports } from '../stage/program.ts';
import type { Stage } from '../stage/stage.ts';
import { checkFindings, formatTime, type Check } from './check.ts';

/** One of the faults of requirements.md. */
export interface Fault {
  /** `F1` to `F14`; `L1` for a load. */
  readonly id: string;
  readonly title: string;
  /** Makes it happen, and says how the program took it. */
  readonly run: (context: FaultContext) => Promise<readonly Check[]>;
}

/** Quick runs share their machine, so that times say less: they are judged with this factor. */
const TIME_FACTORS: ByMode = { full: 1, quick: 20 };

/** What every fault stands on. */
export class FaultContext {
  /** `quick` runs all faults in under four minutes, `full` takes about an hour. */
  readonly mode: Mode;
  /** A mongod and providers for this fault alone. */
  readonly stage: Stage;
  /** Tells how far it has got. */
  readonly progress: (done: number, of: number) => void;

  constructor(mode: Mode, stage: Stage, progress: (done: number, of: number) => void) {
    this.mode = mode;
    this.stage = stage;
    this.progress = progress;
  }

  /** The program's database. */
  get database(): Db {
    return this.stage.databaseServer.database();
  }

  connect(program: Pick<Ports, 'port'>): ApiClient {
    return this.stage.connect(program);
  }

  /** Does something with one item after the other. */
  async each<Item, Result>(
    items: readonly Item[],
    work: (item: Item) => Promise<Result>,
  ): Promise<readonly Result[]> {
    const results: Result[] = [];
    for (const item of items) {
      results.push(await work(item));
      this.progress(results.length, items.length);
    }
    return results;
  }

  /** Does something over and over, one after the other. */
  rounds<Result>(counts: ByMode, work: (round: number) => Promise<Result>) {
    const rounds = Array.from({ length: counts[this.mode] }, (_, round) => round);
    return this.each(rounds, work);
  }

  /** Met if a time, in milliseconds, is within the limit; in quick runs within twenty times of it. */
  checkTime(name: string, milliseconds: number, limit: number): Check {
    return {
      name,
      measured: formatTime(milliseconds),
      goal: `within ${formatTime(limit)}`,
      met: milliseconds <= limit * TIME_FACTORS[this.mode],
    };
  }

  /** Met if what is stored holds together. */
  async checkInvariants(): Promise<Check> {
    const findings = await checkInvariants(this.database);
    return checkFindings('no half state, no change without record', findings);
  }

  /** What is stored holds together, and has every write that was acknowledged. */
  async checkStored(ledger: Ledger, options: LedgerCheckOptions): Promise<readonly Check[]> {
    const name = `${ledger.acknowledged} acknowledged writes are there`;
    const findings = await checkLedger(this.database, ledger, options);
    return [checkFindings(name, findings), await this.checkInvariants()];
  }
}
