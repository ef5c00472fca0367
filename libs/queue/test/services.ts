import { OperationContext } from '@org/core';
import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import type { RepositoryDependencies } from '@org/core/store';
import {
  PRIORITY_RANKS,
  QueueWorker,
  type QueuePriority,
  type QueueWorkerOptions,
} from '@org/queue';
import { QueueRepository, type QueueDocument } from '@org/queue/store';
import { inject, onTestFinished } from 'vitest';

export const context = OperationContext.anonymous('request-1');

export interface RowDocument extends QueueDocument {
  readonly kind: string;
  readonly number: number;
}

export class RowRepository extends QueueRepository<RowDocument> {
  protected readonly kindField = 'kind';

  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: 'rows',
      indexes: [
        {
          keys: { status: 1, kind: 1, priority: 1, next_attempt_at: 1, expires_at: 1 },
          options: { name: 'claim_order' },
        },
      ],
      unaudited: 'everything',
    });
  }
}

export interface NewRow {
  readonly kind?: string;
  readonly priority?: QueuePriority;
  readonly dueInMilliseconds?: number;
}

/** A database with a queue, and any number of workers at it. */
export class QueueTestBed {
  readonly clock = new FakeClock();
  readonly errors: unknown[] = [];
  readonly repository: RowRepository;
  readonly commands: { readonly name: string; readonly command: Record<string, unknown> }[] = [];
  readonly #throwaway: ThrowawayDatabase;
  #rows = 0;

  private constructor(throwaway: ThrowawayDatabase) {
    this.#throwaway = throwaway;
    const { database } = throwaway;
    this.repository = new RowRepository({ database, audit: new RecordingAuditTrail() });
    database.client.on('commandStarted', ({ commandName: name, command }) => {
      if (command[name] === 'rows' || name === 'getMore') {
        this.commands.push({ name, command });
      }
    });
  }

  static async create(uri = inject('mongodbUri')): Promise<QueueTestBed> {
    const throwaway = await createThrowawayDatabase({ uri, monitorCommands: true });
    const bed = new QueueTestBed(throwaway);
    onTestFinished(() => throwaway.remove());
    await bed.repository.onInitCollection();
    return bed;
  }

  get database() {
    return this.#throwaway.database;
  }

  get rows() {
    return this.database.collection<RowDocument>('rows');
  }

  /** @returns the row's number, from 1 */
  async add({ kind = 'a', priority = 'normal', dueInMilliseconds = 0 }: NewRow = {}) {
    this.#rows += 1;
    const now = this.clock.now();
    await this.repository.insertOne(
      {
        kind,
        number: this.#rows,
        status: 'queued',
        priority: PRIORITY_RANKS[priority],
        attempts: 0,
        next_attempt_at: new Date(now.getTime() + dueInMilliseconds),
        leased_until: null,
        expires_at: new Date('2100-01-01'),
      },
      context,
    );
    return this.#rows;
  }

  /** Removes the row, as a handler does whose row is done. */
  async end(row: RowDocument): Promise<void> {
    await this.repository.changeLeased(row, { $set: { status: 'done' } }, context);
  }

  /** A worker as another process would have it. Stopped when the test ends. */
  createWorker(options: Partial<QueueWorkerOptions<RowDocument>> = {}): QueueWorker<RowDocument> {
    const worker = new QueueWorker({
      repository: this.repository,
      kinds: [{ name: 'a', concurrency: 5 }],
      handle: (row) => this.end(row),
      workerId: 'worker-1',
      clock: this.clock,
      leaseMilliseconds: 30_000,
      pollIntervalMilliseconds: 20,
      stopGraceMilliseconds: 0,
      onError: (error) => this.errors.push(error),
      ...options,
    });
    onTestFinished(() => worker.stop());
    return worker;
  }
}

/** A handler that holds each row until it is let go. */
export function holdingHandler(bed: QueueTestBed) {
  const begun: RowDocument[] = [];
  const reasons: unknown[] = [];
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const handle = async (row: RowDocument, signal: AbortSignal): Promise<void> => {
    begun.push(row);
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason);
        resolve();
      });
    });
    await Promise.race([held, aborted]);
    await (signal.aborted ? bed.repository.giveBack(row, bed.clock.now(), context) : bed.end(row));
  };
  return { begun, reasons, handle, letGo: () => letGo() };
}
