import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  atExit,
  ChildProgram,
  findFreePort,
  inWorkspace,
  LOOPBACK,
  MailSink,
  SmsSink,
} from '@org/harness';

import { ApiClient } from '../load/api-client.ts';
import { DATABASE_NAME, DatabaseServer } from './database-server.ts';
import { Program, type Ports } from './program.ts';

export interface StartOptions {
  readonly role: 'api' | 'worker' | 'all';
  /** Default: free ones. */
  readonly ports?: Ports;
  /** Default: {@link DATABASE_NAME}. */
  readonly databaseName?: string;
  /** More of the program's settings, over those of the stage. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Where one fault happens: a mongod and providers of its own. Nothing of it outlives this process. */
export class Stage {
  readonly databaseServer: DatabaseServer;
  readonly sms: SmsSink;
  readonly email: MailSink;
  readonly #directory: string;
  readonly #programs: Program[] = [];
  readonly #clients: ApiClient[] = [];
  readonly #secretKey = makeSecretKey();

  private constructor(
    directory: string,
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
    const directory = mkdtempSync(join(tmpdir(), 'org-faults-'));
    atExit(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10 }));
    const databaseServer = await DatabaseServer.start(directory);
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
        ...this.#environment(databaseName),
        ROLE: role,
        PORT: String(port),
        METRICS_PORT: String(metricsPort),
        ...settings,
      },
      // Away from the workspace, where a developer may have an .env file.
      directory: this.#directory,
      logFile: join(this.#directory, `${role}-${port}.log`),
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
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 10 });
  }

  #environment(databaseName: string = DATABASE_NAME): Record<string, string> {
    return {
      NODE_ENV: 'production',
      HOST: LOOPBACK,
      MONGODB_URI: this.databaseServer.uri(databaseName),
      SECRET_KEY: this.#secretKey,
      WEB_APP_URL: 'https://app.example.com',
      ...this.email.settings,
      ...this.sms.settings,
      RATE_LIMITS: 'off',
      LOG_LEVEL: 'warn',
      // Longer than a fault.
      ACCESS_TOKEN_TTL: '2h',
    };
  }
}

export async function findPorts(): Promise<Ports> {
  return { port: await findFreePort(), metricsPort: await findFreePort() };
}

/** For the program's SECRET_KEY. */
export function makeSecretKey(): string {
  return randomBytes(32).toString('base64');
}

/**
 * Bundles the program as it is now.
 *
 * @throws ProgramFailedError if that fails
 */
export async function buildProgram(): Promise<void> {
  const words = [inWorkspace('apps/api/build.js')];
  await new ChildProgram({ arguments: words, environment: {}, directory: tmpdir() }).succeeded();
}
