import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { isAnswer, send } from '../http/http-client.ts';
import { NodeProcess, type Exit } from './child-process.ts';
import { waitUntil } from './wait-until.ts';

/** Makes the program's bundle, `dist/main.js`. */
export const BUILD_SCRIPT = inWorkspace('apps/api/build.js');
const PROGRAM = inWorkspace('apps/api/dist/main.js');

const START_LIMIT_MILLISECONDS = 90_000;
const LOG_TAIL_CHARACTERS = 2_000;
/** What the program prints for what it did not expect, an unhandled rejection included. */
const UNEXPECTED = /^Unexpected: .*/gmu;

const ERROR_LEVEL = 50;
/** What a program logs of being unavailable; the second is a handler that took too long. */
const UNAVAILABLE = ['SERVER_ERR_02', 'FST_ERR_HANDLER_TIMEOUT'];

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
}

export interface ProgramOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly port: number;
  /** Where health and metrics are, of a worker too. */
  readonly metricsPort: number;
  /** Whether it serves the API, whose port then tells of its health. */
  readonly servesApi: boolean;
  readonly directory: string;
  readonly logFile: string;
}

/** The program ended, or did not become ready. */
export class ProgramFailedError extends Error {
  constructor(problem: string, log: string, cause?: unknown) {
    super(`${problem}\nIt wrote:\n${log.trim().slice(-LOG_TAIL_CHARACTERS)}`, { cause });
    this.name = new.target.name;
  }
}

/** The built program as a process of its own. */
export class Program {
  readonly port: number;
  readonly metricsPort: number;
  readonly spawnedAt: number;
  readonly #process: NodeProcess;
  readonly #logFile: string;
  readonly #healthPort: number;

  private constructor(child: NodeProcess, options: ProgramOptions) {
    this.port = options.port;
    this.metricsPort = options.metricsPort;
    this.spawnedAt = performance.now();
    this.#process = child;
    this.#logFile = options.logFile;
    this.#healthPort = options.servesApi ? options.port : options.metricsPort;
  }

  static async spawn(options: ProgramOptions): Promise<Program> {
    const { environment, directory, logFile } = options;
    const child = await NodeProcess.spawn({
      arguments: [PROGRAM],
      environment,
      directory,
      logFile,
    });
    return new Program(child, options);
  }

  get pid(): number {
    return this.#process.pid;
  }

  get hasEnded(): boolean {
    return this.#process.hasEnded;
  }

  get exited(): Promise<Exit> {
    return this.#process.exited;
  }

  /**
   * Waits until readiness says so.
   *
   * @returns milliseconds since it was spawned
   * @throws ProgramFailedError when it ends, or takes more than any start should
   */
  async untilReady(): Promise<number> {
    try {
      return await waitUntil(
        { what: 'The program is ready', limitMilliseconds: START_LIMIT_MILLISECONDS },
        () => this.#timeOfReadiness(),
      );
    } catch (error) {
      throw new ProgramFailedError('The program did not become ready.', this.log(), error);
    }
  }

  /** What it answers to one look at its readiness: a status, or undefined without an answer. */
  async readiness(): Promise<number | undefined> {
    const outcome = await send(
      { port: this.#healthPort, path: '/health/ready' },
      { limitMilliseconds: 5_000 },
    );
    return isAnswer(outcome) ? outcome.status : undefined;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.signal(signal);
  }

  async kill(): Promise<void> {
    await this.#process.kill();
  }

  /** What it wrote, and what others wrote before it to the same file. */
  log(): string {
    return readFileSync(this.#logFile, 'utf8');
  }

  /** Lines of the log that tell of errors which nobody handled. */
  unexpectedErrors(): readonly string[] {
    return this.log().match(UNEXPECTED) ?? [];
  }

  /** What requests failed by, other than being told that the program is unavailable. */
  failures(): readonly string[] {
    const records = this.log()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    return records
      .map((record) => JSON.parse(record) as { level: number; err?: LoggedError })
      .filter(({ level, err }) => level >= ERROR_LEVEL && !UNAVAILABLE.includes(err?.code ?? ''))
      .map(({ err }) => `${err?.type ?? 'error'}: ${err?.message ?? ''}`);
  }

  async #timeOfReadiness(): Promise<number | undefined> {
    if (this.hasEnded) {
      throw new Error('It ended.');
    }
    return (await this.readiness()) === 200 ? performance.now() - this.spawnedAt : undefined;
  }
}

function inWorkspace(path: string): string {
  return fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
}
