import { join } from 'node:path';

import {
  ChildProgram,
  findFreePort,
  inWorkspace,
  MailSink,
  makeSecretKey,
  productionSettings,
  SmsSink,
  TemporaryDirectory,
} from '@org/harness';

import { ApiClient } from '../load/api-client.ts';
import { DatabaseServer } from './database-server.ts';
import { Program, type Ports } from './program.ts';

export interface StartOptions {
  readonly role: 'api' | 'worker' | 'all';
  /** Default: free ones. */
  readonly ports?: Ports;
  /** Default: the one that the stage's server is made for. */
  readonly databaseName?: string;
  /** More of the program's settings, over those of the stage. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Where one fault happens: a mongod and providers of its own. Nothing of it outlives this process. */
export class Stage {
  readonly databaseServer: DatabaseServer;
  readonly sms: SmsSink;
  readonly email: MailSink;
  readonly #directory: TemporaryDirectory;
  readonly #programs: Program[] = [];
  readonly #clients: ApiClient[] = [];
  readonly #secretKey = makeSecretKey();

  private constructor(
    directory: TemporaryDirectory,
    databaseServer: DatabaseServer,
    sms: SmsSink,
    email: MailSink,
  ) {
    this.#directory = directory;
    this.databaseServer = databaseServer;
    this.sms = sms;
    this.email = email;
  }

  static async open(): Promise<Stage> {
    const directory = new TemporaryDirectory('org-faults');
    const databaseServer = await DatabaseServer.start(directory.path);
    return new Stage(directory, databaseServer, await SmsSink.open(), await MailSink.open());
  }

  /** Spawns the program; it is not ready yet. */
  async spawn({ role, ports, databaseName, settings }: StartOptions): Promise<Program> {
    const { port, metricsPort } = ports ?? (await findPorts());
    const program = new Program({
      port,
      metricsPort,
      servesApi: role !== 'worker',
      environment: {
        ...productionSettings({
          mongodbUri: this.databaseServer.uri(databaseName),
          secretKey: this.#secretKey,
          port,
          sinks: [this.email, this.sms],
        }),
        ROLE: role,
        LOG_LEVEL: 'warn',
        METRICS_PORT: String(metricsPort),
        ...settings,
      },
      // Away from the workspace, where a developer may have an .env file.
      directory: this.#directory.path,
      logFile: join(this.#directory.path, `${role}-${port}.log`),
    });
    this.#programs.push(program);
    return program;
  }

  /** Starts the program and waits until it is ready. */
  async start(options: StartOptions): Promise<Program> {
    const program = await this.spawn(options);
    await program.untilReady();
    return program;
  }

  /** A client of a program, closed with the stage. */
  connect({ port }: Pick<Ports, 'port'>): ApiClient {
    const client = new ApiClient(port);
    this.#clients.push(client);
    return client;
  }

  /** Ends everything that runs and removes its data. */
  async close(): Promise<void> {
    this.#clients.forEach((client) => client.close());
    await Promise.all(this.#programs.map((program) => program.kill()));
    await this.databaseServer.stop();
    await Promise.all([this.sms.close(), this.email.close()]);
    this.#directory.remove();
  }
}

export async function findPorts(): Promise<Ports> {
  return { port: await findFreePort(), metricsPort: await findFreePort() };
}

/**
 * Bundles the program as it is now.
 *
 * @throws ProgramFailedError if that fails
 */
export async function buildProgram(): Promise<void> {
  const words = [inWorkspace('apps/api/build.js')];
  await new ChildProgram({ arguments: words, environment: {}, directory: '/' }).succeeded();
}
