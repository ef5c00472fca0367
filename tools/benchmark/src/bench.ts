import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startThrowawayMongod, type ThrowawayMongod } from '@org/local-mongodb';
import { MongoClient, type Db } from 'mongodb';

import { buildLimitServer } from './build-limit-server.ts';
import { openMessengers, type Messengers } from './messages/messengers.ts';
import { ChildProcesses } from './servers/child-processes.ts';
import { makeEnvironment, type Role } from './servers/environment.ts';
import { findFreePort } from './servers/free-port.ts';
import { RunningServer, ServerFailedError } from './servers/running-server.ts';
import { BUILD_SCRIPT, type ServerDefinition } from './servers/server-definition.ts';

/** Gigabytes, so that a million accounts are found in memory. */
const MONGOD_CACHE_SIZE = 1;

export interface StartOptions {
  /** Default: `api`, as in production. */
  readonly role?: Role;
  /** Default: the one named after the server's side. */
  readonly database?: string;
  /** Where the server sends e-mail. Default: a server that takes it. */
  readonly smtpUrl?: string;
}

/** Where both sides run: the same mongod, Node and machine. Nothing of it outlives this process. */
export class Bench {
  readonly messengers: Messengers;
  readonly #directory = mkdtempSync(join(tmpdir(), 'org-benchmark-'));
  readonly #processes = new ChildProcesses();
  readonly #secretKey = randomBytes(32).toString('base64');
  readonly #mongod: ThrowawayMongod;
  readonly #client: MongoClient;

  private constructor(mongod: ThrowawayMongod, messengers: Messengers) {
    this.#mongod = mongod;
    this.messengers = messengers;
    this.#client = new MongoClient(mongod.uri);
    process.once('exit', () => {
      this.#processes.killAll();
      rmSync(this.#directory, { recursive: true, force: true });
    });
  }

  /** @param report is told how the start gets on */
  static async open(report: (line: string) => void): Promise<Bench> {
    const mongod = await startThrowawayMongod({ report, cacheSize: MONGOD_CACHE_SIZE });
    return new Bench(mongod, await openMessengers());
  }

  get mongodPid(): number {
    return this.#mongod.pid;
  }

  /** For what is put into a database past the servers. */
  database(name: string): Db {
    return this.#client.db(name);
  }

  /** The connection string of a database. */
  uriOf(database: string): string {
    const uri = new URL(this.#mongod.uri);
    uri.pathname = `/${database}`;
    return uri.href;
  }

  /** Builds both sides as they are now. */
  async build(): Promise<void> {
    const logFile = join(this.#directory, 'build.log');
    const child = await this.#processes.spawn({
      arguments: [BUILD_SCRIPT],
      environment: {},
      directory: this.#directory,
      logFile,
    });
    const [exitCode] = (await once(child, 'exit')) as [number | null];
    if (exitCode !== 0) {
      throw new ServerFailedError(`${BUILD_SCRIPT} failed.`, logFile);
    }
    await buildLimitServer();
  }

  /** Spawns a server; its first request waits until it listens. */
  async start(server: ServerDefinition, options: StartOptions = {}): Promise<RunningServer> {
    const { role = 'api', database = server.side, smtpUrl } = options;
    const port = await findFreePort();
    const logFile = join(this.#directory, `${database}-${port}.log`);
    const environment = makeEnvironment({
      port,
      mongodbUri: this.uriOf(database),
      secretKey: this.#secretKey,
      role,
      messengers: this.messengers,
      smtpUrl,
    });
    const spawnedAt = performance.now();
    const child = await this.#processes.spawn({
      arguments: server.arguments,
      environment,
      // Away from the workspace, where a developer may have an .env file.
      directory: this.#directory,
      logFile,
    });
    return new RunningServer({ child, port, logFile, spawnedAt });
  }

  /** Ends everything that runs; a throwaway mongod's data go with it. */
  async close(): Promise<void> {
    this.#processes.killAll();
    await this.messengers.close();
    await this.#client.close();
    await this.#mongod.stop();
  }
}
