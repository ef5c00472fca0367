import { setTimeout as delay } from 'node:timers/promises';

import { isSuccess, median, Tally, waitUntil, type ByMode, type ServerProgram } from '@org/harness';

import {
  checkCount,
  checkFailed,
  checkFindings,
  checkProgram,
  checkThat,
  formatTime,
  listNothing,
  type Check,
} from '../faults/check.ts';
import type { FaultContext } from '../faults/fault.ts';
import { checkHistory } from '../history/check-history.ts';
import { HistoryRecorder } from '../history/history.ts';
import { takeDownTasks } from '../history/stored-tasks.ts';
import { findUnnoticed } from '../history/tampered-histories.ts';
import {
  GATES,
  nextOf,
  nextProbe,
  readAfterWrites,
  useTwice,
  type Scene,
} from '../history/witnesses.ts';
import { signUpAndLogIn, type Bearer } from '../load/api-client.ts';
import { Ledger } from '../load/ledger.ts';
import { startLoad, startPacedLoad, type Load } from '../load/load.ts';
import { Writer } from '../load/writer.ts';
import { describeElections, type Election } from './elections.ts';
import { beginLoss, type Loss } from './loss.ts';
import { DEFAULT_ELECTION_TIMEOUT, type ReplicaSetStage } from './replica-set-stage.ts';

const READERS = 4;
const USERS_OF_GATES = 2;
const WRITERS = 2;
/** Sent whether or not earlier ones were answered. */
const PROBES_PER_SECOND = 10;
/** Leaves the processor to mongod. */
const PAUSE_MILLISECONDS = 20;
const SERVING_MILLISECONDS = 1_000;
const RECOVERY_LIMIT_MILLISECONDS = 120_000;
/** Milliseconds without a primary after which another is elected. */
const ELECTION_TIMEOUTS = { quick: 1_000, full: 2_000 } satisfies ByMode;
/** From the election, or where there is none, from the end of the fault. */
const BACK_MILLISECONDS = 2_000;

interface Round {
  readonly beganAt: number;
  readonly election?: Election | undefined;
  /** What the loss ends with. */
  readonly overAt: number;
  /** Later than the first where members took a primary for lost that was only slow. */
  readonly lastElection: Election;
  /** When the members are one set again. */
  readonly settledAt: number;
}

/** Clients of two programs and a worker, on a replica set whose primary gets lost. */
export class Losses {
  readonly #context: FaultContext<ReplicaSetStage>;
  readonly #programs: readonly ServerProgram[];
  readonly #changes: Load;
  readonly #gates: Load;
  /** Shows when clients are served again. */
  readonly #probes: Load;
  readonly #ledger: Ledger;
  readonly #history: HistoryRecorder;

  private constructor(
    context: FaultContext<ReplicaSetStage>,
    programs: readonly ServerProgram[],
    scene: Scene & { readonly history: HistoryRecorder },
    prober: Bearer,
  ) {
    this.#context = context;
    this.#programs = programs;
    this.#history = scene.history;
    const { clients, ledger } = scene;
    this.#ledger = ledger;
    const writers = Array.from(
      { length: WRITERS },
      (_, index) => new Writer(clients[index % 2 === 0 ? 0 : 1], ledger),
    );
    const readers = Array.from({ length: READERS }, () => nextOf(readAfterWrites(scene)));
    const steps = [...writers.map((writer) => () => writer.step()), ...readers];
    this.#changes = startLoad(steps, PAUSE_MILLISECONDS);
    const users = Array.from({ length: USERS_OF_GATES }, () => nextOf(useTwice(scene)));
    this.#gates = startLoad(users, PAUSE_MILLISECONDS);
    this.#probes = startPacedLoad(PROBES_PER_SECOND, nextProbe(scene, prober));
  }

  static async start(context: FaultContext<ReplicaSetStage>): Promise<Losses> {
    const { stage, mode } = context;
    const [first, second, worker] = await Promise.all([
      stage.start({ role: 'api' }),
      stage.start({ role: 'api' }),
      stage.start({ role: 'worker' }),
    ]);
    const clients = [stage.connect(first), stage.connect(second)] as const;
    const scene = { clients, stage, ledger: new Ledger(), history: new HistoryRecorder() };
    const prober = await signUpAndLogIn(clients[0]);
    await stage.setElectionTimeout(ELECTION_TIMEOUTS[mode]);
    return new Losses(context, [first, second, worker], scene, prober);
  }

  /** Each round under load; judged by when clients are served again. A failure loses no other loss's. */
  async inflict(loss: Loss): Promise<readonly Check[]> {
    try {
      return await this.#inflict(loss);
    } catch (error) {
      this.#context.stage.reconnect();
      return [checkFailed(`${loss.name}: carried through`, error)];
    }
  }

  async #inflict(loss: Loss): Promise<readonly Check[]> {
    const { name, rounds, endsWith } = loss;
    const seen = await this.#context.rounds(rounds, () => this.#round(loss));
    const untilWrite = seen.map(({ overAt }) => this.#firstWriteAfter(overAt) - overAt);
    const untilAll = seen.map(({ overAt, lastElection, settledAt }) => {
      const from = Math.max(overAt, lastElection.majorityAt);
      return this.#lastRefused(from, settledAt) - from;
    });
    const checkBack = (what: string, times: readonly number[]) => {
      const text = `${name}: ${what} (median ${formatTime(median(times))})`;
      return this.#context.checkTime(text, Math.max(...times), BACK_MILLISECONDS);
    };
    return [
      checkCount(`${name}: rounds`, seen.length, rounds[this.#context.mode]),
      ...describeElections(name, seen),
      checkBack(`first write after ${endsWith}`, untilWrite),
      checkBack('last request refused after the last election', untilAll),
    ];
  }

  /** As {@link inflict}, with MongoDB's own election timeout from now on; nothing without rounds. */
  async inflictByDefault(loss: Loss): Promise<readonly Check[]> {
    if (loss.rounds[this.#context.mode] === 0) {
      return [];
    }
    await this.#context.stage.setElectionTimeout(DEFAULT_ELECTION_TIMEOUT);
    return this.inflict(loss);
  }

  /** Ends the load, and judges all answers, all that is stored, and the history. */
  async finish(): Promise<readonly Check[]> {
    const { stage } = this.#context;
    await stage.setElectionTimeout(DEFAULT_ELECTION_TIMEOUT);
    await stage.untilSettled();
    await waitUntil('a use of each kind', () => this.#usedAll());
    const probes = await this.#probes.stop();
    const changes = await this.#changes.stop();
    const gates = await this.#gates.stop();
    await this.#context.untilDrained();
    const history = this.#history;
    await takeDownTasks(this.#context.database, history);
    const { taken } = stage.email;
    history.sendings.push(
      ...taken.map(({ to, text, takenAt: at }) => ({ message: `${to} ${text}`, at })),
    );
    const operations = history.writes.length + history.reads.length + history.uses.length;
    const strict = new Tally([...probes.outcomes, ...changes.outcomes]);
    const isExpected = strict.countOthers(200, 201, 204, 503) === 0;
    const isRefusal = gates.countOthers(200, 201, 400, 409, 503) === 0;
    return [
      checkThat('answers', isExpected, String(strict), 'success or 503'),
      checkThat('answers to second uses', isRefusal, String(gates), 'success, 400, 409 or 503'),
      ...this.#programs.flatMap((program) => checkProgram(program)),
      ...(await this.#context.checkStored(this.#ledger, true)),
      checkFindings(`history of ${operations} operations`, checkHistory(history)),
      listNothing('tamperings with the history that are not noticed', findUnnoticed(history)),
    ];
  }

  async #round(loss: Loss): Promise<Round> {
    const { end, endsWith, lasts, name } = loss;
    const { stage, mode } = this.#context;
    await delay(SERVING_MILLISECONDS);
    const { primary, beganAt } = await beginLoss(loss, stage);
    let overAt = performance.now();
    let election: Election | undefined;
    if (endsWith !== 'the fault') {
      election = await stage.election(primary);
      overAt = endsWith === 'the election' ? election.wonAt : election.majorityAt;
      await this.#untilWriteAfter(overAt, name);
    }
    await delay(lasts?.[mode] ?? 500);
    await end?.(stage, primary);
    if (endsWith === 'the fault') {
      overAt = performance.now();
    }
    await stage.heal();
    await this.#untilWriteAfter(overAt, name);
    const lastElection = await stage.election();
    return { beganAt, election, overAt, lastElection, settledAt: performance.now() };
  }

  async #untilWriteAfter(time: number, name: string): Promise<void> {
    const isServed = () => !Number.isNaN(this.#firstWriteAfter(time));
    await waitUntil(`A write after ${name}`, isServed, 20, RECOVERY_LIMIT_MILLISECONDS);
  }

  #usedAll(): boolean {
    return GATES.every((kind) => this.#history.uses.some(({ gate }) => gate.startsWith(kind)));
  }

  /** When the first of those that were written after a time was acknowledged; NaN for never. */
  #firstWriteAfter(time: number): number {
    const endings = this.#probes.tally.outcomes
      .filter(isSuccess)
      .map(({ sentAt, milliseconds }) => sentAt + milliseconds)
      .filter((endedAt) => endedAt > time);
    return endings.length === 0 ? Number.NaN : Math.min(...endings);
  }

  /** When the last request was sent that was refused; the beginning without any. */
  #lastRefused(from: number, to: number): number {
    const sent = this.#probes.tally.sentBetween(from, to).outcomes;
    const refused = sent.filter((outcome) => !isSuccess(outcome));
    return Math.max(from, ...refused.map(({ sentAt }) => sentAt));
  }
}
