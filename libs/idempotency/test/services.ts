import { OperationContext, SecretKey, type Erasure } from '@org/core';
import { Database } from '@org/core/store';
import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import {
  IdempotencyService,
  type BeginParams,
  type IdempotencyServiceDependencies,
  type KeptAnswer,
  type RequestRun,
} from '@org/idempotency';
import { inject, onTestFinished } from 'vitest';

export const context = OperationContext.anonymous('request-1', '192.0.2.1');
export const created: KeptAnswer = {
  status: 201,
  headers: { 'content-type': 'application/json' },
  body: '{"secret":"whsec-1"}',
};
/** As accounts erase; keys have no records. */
export const erasure: Erasure = {
  signal: new AbortController().signal,
  forget: async () => undefined,
};
export const ROOT = new Uint8Array(32).fill(1);

type Options = Partial<Pick<IdempotencyServiceDependencies, 'secretKey' | 'maximumKeysPerSender'>>;

/** A database with keys, and any number of processes at it. */
export class IdempotencyTestBed {
  /** Near the real time, which removes documents whose `expires_at` has come. */
  readonly clock = new FakeClock(new Date());
  readonly audit = new RecordingAuditTrail();
  /** Names of the commands that the first process sent to MongoDB. */
  readonly commands: string[] = [];
  readonly database: Database;
  readonly service: IdempotencyService;
  readonly #databaseName: string;

  private constructor({ database, databaseName }: ThrowawayDatabase, options: Options) {
    this.database = database;
    this.#databaseName = databaseName;
    database.client.on('commandStarted', ({ commandName }) => this.commands.push(commandName));
    this.service = this.createService(database, options);
  }

  static async create(options: Options = {}): Promise<IdempotencyTestBed> {
    const uri = inject('mongodbUri');
    const throwaway = await createThrowawayDatabase({ uri, monitorCommands: true });
    onTestFinished(() => throwaway.remove());
    const bed = new IdempotencyTestBed(throwaway, options);
    await bed.service.initialize();
    bed.commands.length = 0;
    return bed;
  }

  /** As another process has it: with a connection of its own. */
  async createProcess(options: Options = {}): Promise<IdempotencyService> {
    const databaseName = this.#databaseName;
    const database = await Database.connect({ uri: inject('mongodbUri'), databaseName });
    onTestFinished(() => database.close());
    return this.createService(database, options);
  }

  createService(database: Database, options: Options): IdempotencyService {
    const secretKey = SecretKey.create({ current: ROOT });
    const { audit, clock } = this;
    return IdempotencyService.create({ database, audit, clock, secretKey, ...options });
  }

  get stored() {
    return this.database.collection('idempotency_keys');
  }
}

/** What a handler waits at until a test lets it go on. */
export class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

/** A request to create a task of Ada's. */
export function request(changes: Partial<BeginParams> = {}): BeginParams {
  const content = JSON.stringify({ title: 'Call Bob' });
  return { sender: 'account ada', operation: 'POST /tasks', key: 'key-1', content, ...changes };
}

/** Begins a request that has not been sent before. */
export async function run(service: IdempotencyService, params = request()): Promise<RequestRun> {
  const begun = await service.begin(params, context);
  if (begun.run === undefined) {
    throw new Error(`It has been answered with ${begun.answer.status}.`);
  }
  return begun.run;
}
