import { setTimeout as delay } from 'node:timers/promises';

import { waitUntil, type ByMode, type Mode } from '@org/harness';
import type { Db } from 'mongodb';

import { checkLedger } from '../invariants/check-ledger.ts';
import { checkInvariants } from '../invariants/invariants.ts';
import type { Ledger } from '../load/ledger.ts';
import { watchLiveness } from '../load/load.ts';
import type { ReplicaSetStage } from '../nodes/replica-set-stage.ts';
import type { FaultStage, Stage } from '../stage.ts';
import { checkFindings, checkThat, formatTime, type Check } from './check.ts';

export interface FaultOn<Where extends FaultStage> {
  /** `F1` to `F20`; `L1` and `L2` for loads. */
  readonly id: string;
  readonly title: string;
  readonly run: (context: FaultContext<Where>) => Promise<readonly Check[]>;
}

/** One of the faults of requirements.md, on one mongod. */
export type Fault = FaultOn<Stage> & { readonly members?: 1 };

/** One that needs a replica set of three. */
export type ReplicaSetFault = FaultOn<ReplicaSetStage> & { readonly members: 3 };

/** Quick runs share their machine, so that times say less: they are judged with this factor. */
const TIME_FACTORS: ByMode = { full: 1, quick: 20 };
const QUIET_MILLISECONDS = 2_000;

export class FaultContext<Where extends FaultStage = Stage> {
  readonly mode: Mode;
  readonly stage: Where;
  readonly progress: (done: number, of: number) => void;

  constructor(mode: Mode, stage: Where, progress: (done: number, of: number) => void) {
    this.mode = mode;
    this.stage = stage;
    this.progress = progress;
  }

  get database(): Db {
    return this.stage.database();
  }

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

  rounds<Result>(counts: ByMode, work: (round: number) => Promise<Result>) {
    const rounds = Array.from({ length: counts[this.mode] }, (_, round) => round);
    return this.each(rounds, work);
  }

  /** Met if a time, in milliseconds, is within the limit; in quick runs within twenty times of it. */
  checkTime(name: string, milliseconds: number, limit: number): Check {
    const longest = limit * TIME_FACTORS[this.mode];
    const goal = `within ${formatTime(longest)}`;
    return checkThat(name, milliseconds <= longest, formatTime(milliseconds), goal);
  }

  /** Met if the event loop was blocked for no longer than the machine itself does without the fault. */
  checkBlocked(fault: string, quiet: number, busy: number): Check {
    const name = `slowest liveness beyond the ${quiet.toFixed(0)} ms without ${fault}`;
    return this.checkTime(name, Math.max(0, busy - quiet), 50);
  }

  /** Waits until workers have finished every message, and every job that was dispatched once. */
  async untilDrained(limitMilliseconds?: number): Promise<void> {
    const isDrained = async () => (await countUnfinished(this.database)) === 0;
    await waitUntil('The queues are empty', isDrained, 100, limitMilliseconds);
  }

  async checkInvariants(): Promise<Check> {
    const findings = await checkInvariants(this.database);
    return checkFindings('no half state, no change without record', findings);
  }

  /** Consistent, with every acknowledged write and, once workers drained the queues, every message. */
  async checkStored(ledger: Ledger, drained: boolean): Promise<readonly Check[]> {
    const name = `${ledger.acknowledged} acknowledged writes are there`;
    const findings = await checkLedger(this.database, ledger, { drained });
    return [checkFindings(name, findings), await this.checkInvariants()];
  }
}

/** @returns the longest that liveness took during the work, by default without any, in milliseconds */
export async function longestLiveness(
  port: number,
  work: () => Promise<unknown> = () => delay(QUIET_MILLISECONDS),
): Promise<number> {
  return (await watchLiveness(port, work)).longest;
}

/** Jobs first: one that is done may have queued a message. */
export async function countUnfinished(database: Db): Promise<number> {
  const unfinished = { type: 'normal', nextRunAt: { $ne: null } };
  const jobs = await database.collection('agendaJobs').countDocuments(unfinished);
  const deliveries = database.collection('notification_deliveries');
  return jobs + (await deliveries.countDocuments({ status: 'queued' }));
}
