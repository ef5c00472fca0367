import { join } from 'node:path';

import { atExit, databaseUri, signalProcess } from '@org/harness';
import { startLocalMongod, type LocalMongod } from '@org/local-mongodb';
import { MongoClient, type Db } from 'mongodb';

/** Tells this tool's own connections from the program's in MongoDB's profile. */
export const OWN_APPLICATION_NAME = 'org-faults';

/** The program's database on the stage's server. */
const DATABASE_NAME = 'org';

const CACHE_GIGABYTES = 1;

/** A mongod that can be killed, frozen and started again on the same port with the same data. */
export class DatabaseServer {
  readonly #dataDirectory: string;
  readonly #client: MongoClient;
  #mongod: LocalMongod;

  private constructor(dataDirectory: string, mongod: LocalMongod) {
    this.#dataDirectory = dataDirectory;
    this.#mongod = mongod;
    this.#client = new MongoClient(mongod.uri, {
      appName: OWN_APPLICATION_NAME,
      serverSelectionTimeoutMS: 60_000,
      // It is one reader of many documents; the program is what is looked at.
      maxPoolSize: 4,
    });
    atExit(() => this.signal('SIGKILL'));
  }

  /** Starts one whose acknowledged majority writes are on disk. */
  static async start(directory: string): Promise<DatabaseServer> {
    const dataDirectory = join(directory, 'mongodb');
    const mongod = await startLocalMongod({ dataDirectory, cacheSize: CACHE_GIGABYTES });
    return new DatabaseServer(dataDirectory, mongod);
  }

  /** For the program. */
  uri(databaseName: string = DATABASE_NAME): string {
    return databaseUri(this.#mongod.uri, databaseName);
  }

  /** The program's database, through a connection of this tool's own. */
  database(databaseName: string = DATABASE_NAME): Db {
    return this.#client.db(databaseName);
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#mongod.stop();
  }

  /** Resolves when it takes writes again. */
  async restart(): Promise<void> {
    const { port } = this.#mongod;
    const options = { dataDirectory: this.#dataDirectory, cacheSize: CACHE_GIGABYTES };
    this.#mongod = await startLocalMongod({ ...options, port });
  }

  /** Stopped by SIGSTOP, it keeps its connections and accepts new ones, but answers nothing. */
  signal(signal: NodeJS.Signals): void {
    signalProcess(this.#mongod.pid, signal);
  }

  async stop(): Promise<void> {
    await this.#client.close();
    await this.kill();
  }
}
