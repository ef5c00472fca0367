import { randomInt } from 'node:crypto';

import { OperationContext, type Clock } from '@org/core';
import type { StoredDocument } from '@org/core/store';

import { WorkerStoppedError } from './errors.ts';
import { keepRenewing, RENEWALS_PER_LEASE } from './lease-renewal.ts';
import {
  findFreeSlots,
  takeSlot,
  wantedRows,
  type FreeSlots,
  type QueueKind,
} from './free-slots.ts';
import type { Lease, LeasedRepository, RowWatch } from './store/leased-repository.ts';
import { WakeUp } from './wake-up.ts';

export interface QueueWorkerOptions<Row extends StoredDocument> {
  readonly repository: LeasedRepository<Row>;
  /**
   * The kinds of row that this worker works on. Rows of other kinds are left to other workers. Read
   * before each claim, so the list may change while it runs.
   */
  readonly kinds: readonly QueueKind[];
  /**
   * Works on a row and stores how that ended. The signal is aborted when the worker stops
   * (WorkerStoppedError) or another may have the row (LeaseLostError). A row whose handler does
   * neither end it nor give it back is free again when its lease ends.
   */
  readonly handle: (row: Row, signal: AbortSignal) => Promise<void>;
  readonly workerId: string;
  readonly clock: Clock;
  /** How long a row stays with a worker that has died. Renewed three times in that period. */
  readonly leaseMilliseconds: number;
  /** How often it looks for rows that have become due; new ones wake it at once. */
  readonly pollIntervalMilliseconds: number;
  /** How long {@link QueueWorker.stop} waits for rows being worked on. */
  readonly stopGraceMilliseconds: number;
  /** Rows of all kinds at a time. Default: no limit. */
  readonly maximumConcurrency?: number;
  /** Called at each poll, before it looks for rows. Default: nothing. */
  readonly onPoll?: (context: OperationContext) => Promise<void>;
  /** A whole number below the bound; for tests. Default: `randomInt` of `node:crypto`. */
  readonly random?: (bound: number) => number;
  /** Called with errors of the worker itself, such as an unreachable database; it goes on. */
  readonly onError: (error: unknown) => void;
}

/** How many candidates are read at once; some of them will be other workers'. */
const MAXIMUM_CANDIDATES = 50;
/** After so many rows that others have got or hold, it waits for the next poll. */
const MAXIMUM_LOST = 100;

/**
 * Works on the due rows of a queue, several at once, from one start to one stop. A change stream
 * wakes it when a row is stored. Polling covers rows that become due later, and a broken stream.
 *
 * @example
 * const worker = new QueueWorker({
 *   repository,
 *   kinds: [{ name: 'invoice', concurrency: 5 }],
 *   handle: (row, signal) => sendInvoice(row, signal),
 *   …
 * });
 * worker.start();
 * await worker.stop();
 */
export class QueueWorker<Row extends StoredDocument> {
  readonly #options: QueueWorkerOptions<Row>;
  readonly #context: OperationContext;
  readonly #wakeUp = new WakeUp();
  readonly #inFlight = new Map<
    Promise<void>,
    { readonly name: string; readonly abort: () => void }
  >();
  #isStopping = false;
  #running: Promise<void> | undefined;
  #polling: Promise<void> | undefined;
  #watch: RowWatch | undefined;

  constructor(options: QueueWorkerOptions<Row>) {
    this.#options = options;
    const actor = { type: 'worker', id: options.workerId } as const;
    this.#context = OperationContext.create({ actor, requestId: options.workerId });
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Makes it look for rows now. */
  wake(): void {
    this.#wakeUp.wake();
  }

  /**
   * Works on what is due now, without being started.
   *
   * @returns the number of rows
   */
  async drain(): Promise<number> {
    let count = 0;
    for (;;) {
      // The end of a row makes others due; only what was read after it says that there are none.
      const wasIdle = this.#inFlight.size === 0;
      const started = await this.#fill(() => true);
      count += started;
      if (wasIdle && started === 0) {
        return count;
      }
      if (this.#inFlight.size > 0) {
        await Promise.race(this.#inFlight.keys());
      }
    }
  }

  /** Takes no more rows, lets those being worked on end, and aborts them after the grace period. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wakeUp.wake();
    const timer = setTimeout(() => {
      this.#inFlight.forEach(({ abort }) => abort());
    }, this.#options.stopGraceMilliseconds);
    await this.#running;
    await this.#watch?.close().catch(this.#options.onError);
    await Promise.all(this.#inFlight.keys());
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    const poll = (): void => {
      // Beside the claims: it may have to wait for somebody's transaction.
      this.#polling ??= this.#poll().finally(() => (this.#polling = undefined));
      this.wake();
    };
    poll();
    const timer = setInterval(poll, this.#options.pollIntervalMilliseconds);
    while (!this.#isStopping) {
      try {
        await this.#fill(({ mayStart }, inFlight) => mayStart?.(inFlight) ?? true);
      } catch (error) {
        this.#options.onError(error);
      }
      await this.#wakeUp.wait();
    }
    clearInterval(timer);
    await this.#polling;
  }

  async #poll(): Promise<void> {
    try {
      this.#watch ??= this.#openWatch();
      await this.#options.onPoll?.(this.#context);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #openWatch(): RowWatch {
    const { repository, onError } = this.#options;
    const watch = repository.watch({
      onInsert: () => this.wake(),
      onOpen: () => this.wake(),
      onBreak: (error) => {
        if (error !== undefined) {
          onError(error);
        }
        // The next poll opens another one.
        this.#watch = undefined;
        void watch.close().catch(onError);
      },
    });
    return watch;
  }

  /**
   * Starts rows until no slot is free, or nothing due may use one.
   *
   * @returns how many it started
   */
  async #fill(mayStart: (kind: QueueKind, inFlight: number) => boolean): Promise<number> {
    const lost = new Set<string>();
    let started = 0;
    while (!this.#isStopping) {
      const { kinds, maximumConcurrency } = this.#options;
      const busy = [...this.#inFlight.values()].map(({ name }) => name);
      const slots = findFreeSlots(kinds, busy, mayStart, maximumConcurrency);
      const chosen = await this.#chooseRows(slots, lost);
      if (chosen.length === 0 || lost.size > MAXIMUM_LOST) {
        break;
      }
      const claims = await Promise.allSettled(chosen.map((row) => this.#claim(row)));
      for (const [index, claim] of claims.entries()) {
        if (claim.status === 'rejected') {
          throw claim.reason;
        }
        if (claim.value) {
          started += 1;
        } else {
          lost.add(String(chosen[index]?._id));
        }
      }
    }
    return started;
  }

  /**
   * The first rows in line that fit into the slots, which it fills. A worker that has lost rows to
   * others reads twice as many, and begins somewhere among them: else all go on competing for the
   * same ones.
   */
  async #chooseRows(slots: FreeSlots, lost: ReadonlySet<string>): Promise<readonly Row[]> {
    const wanted = wantedRows(slots);
    if (slots.total <= 0) {
      return [];
    }
    const { repository, random = randomInt } = this.#options;
    const count = Math.min(slots.total, MAXIMUM_CANDIDATES);
    const limit = lost.size === 0 ? count : 2 * count + lost.size;
    const read = await repository.findClaimable(wanted, this.#lease(), limit, this.#context);
    const rows = read.filter((row) => !lost.has(String(row._id)));
    const first = rows.length > count ? random(rows.length - count + 1) : 0;
    return [...rows.slice(first), ...rows.slice(0, first)].filter((row) =>
      takeSlot(slots, repository.kindOf(row), repository.isUrgent(row)),
    );
  }

  /** @returns whether this worker has got the row, and begun */
  async #claim(row: Row): Promise<boolean> {
    const { repository, clock, leaseMilliseconds } = this.#options;
    const asked = clock.monotonicMilliseconds();
    const claimed = await repository.claim(row, this.#lease(), this.#context);
    if (claimed === undefined) {
      return false;
    }
    const isLate = clock.monotonicMilliseconds() - asked > leaseMilliseconds / RENEWALS_PER_LEASE;
    if (this.#isStopping || isLate) {
      await repository.giveBack(claimed, clock.now(), this.#context);
      return false;
    }
    this.#begin(claimed);
    return true;
  }

  #begin(row: Row): void {
    const { repository, kinds, handle, leaseMilliseconds, clock, onError } = this.#options;
    const controller = new AbortController();
    const name = repository.kindOf(row);
    const isRenewed = kinds.find((kind) => kind.name === name)?.isRenewed ?? true;
    const renew = () =>
      repository.renew(row, { now: clock.now(), leaseMilliseconds }, this.#context);
    const stopRenewing = isRenewed
      ? keepRenewing(renew, leaseMilliseconds, controller)
      : () => undefined;
    const handling = async () => repository.trace(row, () => handle(row, controller.signal));
    const work: Promise<void> = handling()
      .catch(onError)
      .finally(() => {
        stopRenewing();
        this.#inFlight.delete(work);
        this.wake();
      });
    const abort = () => controller.abort(new WorkerStoppedError());
    this.#inFlight.set(work, { name, abort });
  }

  #lease(): Lease {
    const { clock, leaseMilliseconds, workerId } = this.#options;
    return { now: clock.now(), leaseMilliseconds, workerId };
  }
}
