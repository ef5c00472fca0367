import { join } from 'node:path';

import type { TemporaryDirectory } from './at-exit.ts';
import { findFreePort, LOOPBACK } from './loopback.ts';
import { makeSecretKey } from './program.ts';
import { ServerProgram } from './server-program.ts';
import { MailSink } from './sinks/mail-sink.ts';
import { SmsSink } from './sinks/sms-sink.ts';

export interface SpawnOptions {
  readonly arguments: readonly string[];
  readonly mongodbUri: string;
  /** Default: a free one. */
  readonly port?: number;
  readonly metricsPort?: number;
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Providers {
  readonly sms: SmsSink;
  readonly email: MailSink;
}

/** Where programs run as in production, unthrottled. Nothing of it outlives this process. */
export class Stage implements Providers {
  readonly sms: SmsSink;
  readonly email: MailSink;
  protected readonly directory: TemporaryDirectory;
  readonly #programs: ServerProgram[] = [];
  readonly #secretKey = makeSecretKey();

  constructor(directory: TemporaryDirectory, { sms, email }: Providers) {
    this.directory = directory;
    this.sms = sms;
    this.email = email;
  }

  async spawn(options: SpawnOptions): Promise<ServerProgram> {
    const { mongodbUri, settings, port = await findFreePort(), ...child } = options;
    const program = new ServerProgram({
      ...child,
      port,
      environment: {
        NODE_ENV: 'production',
        HOST: LOOPBACK,
        PORT: String(port),
        MONGODB_URI: mongodbUri,
        SECRET_KEY: this.#secretKey,
        WEB_APP_URL: 'https://app.example.com',
        ...this.sms.settings,
        ...this.email.settings,
        RATE_LIMITS: 'off',
        // Longer than a fault or a measurement.
        ACCESS_TOKEN_TTL: '2h',
        ...settings,
      },
      // Away from the workspace, where a developer may have an .env file.
      directory: this.directory.path,
      logFile: join(this.directory.path, `${port}.log`),
    });
    this.#programs.push(program);
    return program;
  }

  async killPrograms(except: readonly ServerProgram[] = []): Promise<void> {
    const killed = this.#programs.filter((program) => !except.includes(program));
    await Promise.all(killed.map((program) => program.kill()));
  }

  /** Ends everything that runs and removes its data. */
  async close(): Promise<void> {
    await this.killPrograms();
    await Promise.all([this.sms.close(), this.email.close()]);
    this.directory.remove();
  }
}

export async function openProviders(): Promise<Providers> {
  return { sms: await SmsSink.open(), email: await MailSink.open() };
}
