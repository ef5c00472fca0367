import { join } from 'node:path';

import {
  atExit,
  builtProgram,
  databaseUri,
  findFreePort,
  openProviders,
  signalProcess,
  Stage as ProgramStage,
  TemporaryDirectory,
  type Providers,
  type ServerProgram,
} from '@org/harness';
import { startLocalMongod, type LocalMongod } from '@org/local-mongodb';
import { MongoClient, type Db } from 'mongodb';

import { ApiClient } from './load/api-client.ts';

/** Tells this tool's own connections from the program's in MongoDB's profile. */
export const OWN_APPLICATION_NAME = 'org-faults';

export const DIRECTORY_PREFIX = 'org-faults';
const DATABASE_NAME = 'org';
const CACHE_GIGABYTES = 1;
/** How long MongoDB keeps the transaction of a killed process. Its default is a minute. */
const TRANSACTION_LIFE_SECONDS = 3;

export interface StartOptions {
  readonly role: 'api' | 'worker' | 'all';
  /** Default: the program as it was built. */
  readonly program?: string | undefined;
  /** Default: a free one. */
  readonly port?: number;
  readonly databaseName?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Where one fault happens: MongoDB and providers of its own. Nothing of it outlives this process. */
export abstract class FaultStage extends ProgramStage {
  readonly #client: MongoClient;
  readonly #serverUri: string;

  /** @param serverUri without a database name */
  protected constructor(directory: TemporaryDirectory, providers: Providers, serverUri: string) {
    super(directory, providers);
    this.#serverUri = serverUri;
    this.#client = new MongoClient(serverUri, {
      appName: OWN_APPLICATION_NAME,
      serverSelectionTimeoutMS: 60_000,
      // It is one reader of many documents; the program is what is looked at.
      maxPoolSize: 4,
    });
  }

  /** Of the program's database. */
  get uri(): string {
    return databaseUri(this.#serverUri, DATABASE_NAME);
  }

  /** The program's database, through a connection of this tool's own. */
  database(name = DATABASE_NAME): Db {
    return this.#client.db(name);
  }

  /** Spawns the built program, which is not ready yet. A worker has the port for metrics only. */
  async launch(options: StartOptions): Promise<ServerProgram> {
    const { role, databaseName = DATABASE_NAME, settings } = options;
    const { program = builtProgram } = options;
    const metricsPort = await findFreePort();
    const port = role === 'worker' ? metricsPort : (options.port ?? (await findFreePort()));
    return this.spawn({
      arguments: [program],
      mongodbUri: databaseUri(this.#serverUri, databaseName),
      port,
      metricsPort,
      settings: { ROLE: role, LOG_LEVEL: 'warn', METRICS_PORT: String(metricsPort), ...settings },
    });
  }

  async start(options: StartOptions): Promise<ServerProgram> {
    const program = await this.launch(options);
    await program.untilReady();
    return program;
  }

  connect({ port }: { readonly port: number }): ApiClient {
    return new ApiClient(port);
  }

  override async close(): Promise<void> {
    await this.#client.close();
    await super.close();
  }
}

/** With one mongod. */
export class Stage extends FaultStage {
  #mongod: LocalMongod;

  private constructor(directory: TemporaryDirectory, providers: Providers, mongod: LocalMongod) {
    super(directory, providers, mongod.uri);
    this.#mongod = mongod;
    atExit(() => this.signalMongod('SIGKILL'));
  }

  static async open(): Promise<Stage> {
    const directory = new TemporaryDirectory(DIRECTORY_PREFIX);
    return new Stage(directory, await openProviders(), await startMongod(directory));
  }

  /** Stopped by SIGSTOP, it keeps its connections and accepts new ones, but answers nothing. */
  signalMongod(signal: NodeJS.Signals): void {
    signalProcess(this.#mongod.pid, signal);
  }

  async killMongod(): Promise<void> {
    this.signalMongod('SIGKILL');
    await this.#mongod.stop();
  }

  /** Starts it on the same port with the same data; resolves when it takes writes again. */
  async restartMongod(): Promise<void> {
    this.#mongod = await startMongod(this.directory, this.#mongod.port);
  }

  /** Lets nobody wait for what a killed process has locked for longer than seconds. */
  async shortenTransactions(): Promise<void> {
    const life = { transactionLifetimeLimitSeconds: TRANSACTION_LIFE_SECONDS };
    await this.database('admin').command({ setParameter: 1, ...life });
  }

  override async close(): Promise<void> {
    await this.killMongod();
    await super.close();
  }
}

/** One whose acknowledged majority writes are on disk. */
function startMongod({ path }: TemporaryDirectory, port?: number): Promise<LocalMongod> {
  const dataDirectory = join(path, 'mongodb');
  return startLocalMongod({ dataDirectory, cacheSize: CACHE_GIGABYTES, port });
}
