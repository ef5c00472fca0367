import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { EmailSink } from '../sinks/email-sink.ts';
import { SmsSink } from '../sinks/sms-sink.ts';
import { atExit } from './at-exit.ts';
import { NodeProcess } from './child-process.ts';
import { DATABASE_NAME, DatabaseServer } from './database-server.ts';
import { findFreePort, LOOPBACK } from './free-port.ts';
import { BUILD_SCRIPT, Program, ProgramFailedError } from './program.ts';

export interface StartOptions {
  readonly role: 'api' | 'worker' | 'all';
  /** Default: free ones. */
  readonly ports?: Ports;
  /** Default: {@link DATABASE_NAME}. */
  readonly databaseName?: string;
  /** The program's `SHUTDOWN_DELAY`. Default: unset. */
  readonly shutdownDelay?: string;
  /** Default: those of the stage, one key that never changes. */
  readonly secretKeys?: SecretKeys;
}

/** Settings of the program, in base64. */
export type SecretKeys = Readonly<
  Partial<Record<'SECRET_KEY' | 'SECRET_KEY_NEXT' | 'SECRET_KEY_PREVIOUS', string>>
>;

export interface Ports {
  readonly port: number;
  readonly metricsPort: number;
}

interface StageParts {
  readonly directory: string;
  readonly databaseServer: DatabaseServer;
  readonly sms: SmsSink;
  readonly email: EmailSink;
}

/** Where one fault happens: a mongod and providers of its own. Nothing of it outlives this process. */
export class Stage {
  readonly databaseServer: DatabaseServer;
  readonly sms: SmsSink;
  readonly email: EmailSink;
  readonly #directory: string;
  readonly #programs: Program[] = [];
  readonly #secretKey = randomBytes(32).toString('base64');

  private constructor({ directory, databaseServer, sms, email }: StageParts) {
    this.#directory = directory;
    this.databaseServer = databaseServer;
    this.sms = sms;
    this.email = email;
  }

  static async open(): Promise<Stage> {
    const directory = mkdtempSync(join(tmpdir(), 'org-faults-'));
    atExit(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10 }));
    const databaseServer = await DatabaseServer.start(directory);
    const [sms, email] = await Promise.all([SmsSink.open(), EmailSink.open()]);
    return new Stage({ directory, databaseServer, sms, email });
  }

  /** Spawns the program; it is not ready yet. */
  async spawn(options: StartOptions): Promise<Program> {
    const { role, ports, databaseName, shutdownDelay, secretKeys } = options;
    const { port, metricsPort } = ports ?? (await findPorts());
    const program = await Program.spawn({
      port,
      metricsPort,
      servesApi: role !== 'worker',
      environment: {
        ...this.#environment(databaseName),
        ...secretKeys,
        ROLE: role,
        PORT: String(port),
        METRICS_PORT: String(metricsPort),
        ...(shutdownDelay === undefined ? {} : { SHUTDOWN_DELAY: shutdownDelay }),
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

  /** Ends everything that runs and removes its data. */
  async close(): Promise<void> {
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
      EMAIL_PROVIDER: 'smtp',
      EMAIL_FROM: 'no-reply@example.com',
      SMTP_URL: this.email.url,
      SMS_PROVIDER: 'webhook',
      SMS_WEBHOOK_URL: this.sms.url,
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

/**
 * Bundles the program as it is now.
 *
 * @throws ProgramFailedError when that fails
 */
export async function buildProgram(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'org-faults-build-'));
  const logFile = join(directory, 'build.log');
  try {
    const options = { arguments: [BUILD_SCRIPT], environment: {}, directory, logFile };
    const { code } = await (await NodeProcess.spawn(options)).exited;
    if (code !== 0) {
      throw new ProgramFailedError(`${BUILD_SCRIPT} failed.`, readFileSync(logFile, 'utf8'));
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}
