import { join } from 'node:path';

import {
  ChildProgram,
  databaseUri,
  findFreePort,
  inWorkspace,
  MailSink,
  makeSecretKey,
  productionSettings,
  SmsSink,
  TemporaryDirectory,
} from '@org/harness';
import { startThrowawayMongod, type ThrowawayMongod } from '@org/local-mongodb';
import { MongoClient, type Db } from 'mongodb';

import { buildLimitServer } from './build-limit-server.ts';
import { RunningServer } from './servers/running-server.ts';
import type { ServerDefinition } from './servers/server-definition.ts';

/** Gigabytes, so that a million accounts are found in memory. */
const MONGOD_CACHE_SIZE = 1;

/** Which part of the work a process of the program does. */
export type Role = 'api' | 'all';

export interface StartOptions {
  /** Default: `api`, as in production. */
  readonly role?: Role;
  /** Default: the one named after the server's side. */
  readonly database?: string;
  /** Where the server sends e-mail. Default: a server that takes it. */
  readonly mail?: MailSink;
}

/** Where both sides run: the same mongod, Node and machine. Nothing of it outlives this process. */
export class Bench {
  readonly sms: SmsSink;
  readonly mail: MailSink;
  /** Accepts connections and never says a word. */
  readonly silentMail: MailSink;
  readonly #directory = new TemporaryDirectory('org-benchmark').path;
  readonly #servers: RunningServer[] = [];
  readonly #secretKey = makeSecretKey();
  readonly #mongod: ThrowawayMongod;
  readonly #client: MongoClient;

  private constructor(mongod: ThrowawayMongod, sms: SmsSink, mails: [MailSink, MailSink]) {
    this.#mongod = mongod;
    this.#client = new MongoClient(mongod.uri);
    this.sms = sms;
    [this.mail, this.silentMail] = mails;
    this.silentMail.behave('silent');
  }

  /** @param report is told how the start gets on */
  static async open(report: (line: string) => void): Promise<Bench> {
    const mongod = await startThrowawayMongod({ report, cacheSize: MONGOD_CACHE_SIZE });
    const mails: [MailSink, MailSink] = [await MailSink.open(), await MailSink.open()];
    return new Bench(mongod, await SmsSink.open(), mails);
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
    return databaseUri(this.#mongod.uri, database);
  }

  /** Builds both sides as they are now. */
  async build(): Promise<void> {
    const options = { arguments: [inWorkspace('apps/api/build.js')], environment: {} };
    await new ChildProgram({ ...options, directory: this.#directory }).succeeded();
    await buildLimitServer();
  }

  /** Spawns a server; its first request waits until it listens. */
  async start(server: ServerDefinition, options: StartOptions = {}): Promise<RunningServer> {
    const { role = 'api', database = server.side, mail = this.mail } = options;
    const port = await findFreePort();
    const started = new RunningServer({
      port,
      arguments: server.arguments,
      environment: {
        ...productionSettings({
          mongodbUri: this.uriOf(database),
          secretKey: this.#secretKey,
          port,
          sinks: [mail, this.sms],
        }),
        ROLE: role,
      },
      // Away from the workspace, where a developer may have an .env file.
      directory: this.#directory,
      logFile: join(this.#directory, `${database}-${port}.log`),
    });
    this.#servers.push(started);
    return started;
  }

  /** Ends everything that runs; a throwaway mongod's data go with it. */
  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.kill()));
    await Promise.all([this.sms, this.mail, this.silentMail].map((sink) => sink.close()));
    await this.#client.close();
    await this.#mongod.stop();
  }
}
