import {
  ChildProgram,
  inWorkspace,
  isAnswer,
  isSuccess,
  send,
  waitUntil,
  type ChildOptions,
} from '@org/harness';

const START_LIMIT_MILLISECONDS = 90_000;
/** What the program prints for what it did not expect, an unhandled rejection included. */
const UNEXPECTED = /^Unexpected: .*/gmu;
const ERROR_LEVEL = 50;
/** What a program logs of being unavailable; the second is a handler that took too long. */
const UNAVAILABLE = ['SERVER_ERR_02', 'FST_ERR_HANDLER_TIMEOUT'];

interface LogRecord {
  readonly level: number;
  readonly err?: { readonly type: string; readonly message: string; readonly code?: string };
}

export interface Ports {
  readonly port: number;
  /** Where health and metrics are, of a worker too. */
  readonly metricsPort: number;
}

export interface ProgramOptions extends Omit<ChildOptions, 'arguments'>, Ports {
  /** Whether it serves the API, whose port then tells of its health. */
  readonly servesApi: boolean;
}

/** The built program as a process of its own. */
export class Program extends ChildProgram {
  readonly port: number;
  readonly metricsPort: number;
  readonly spawnedAt = performance.now();
  readonly #healthPort: number;

  constructor({ port, metricsPort, servesApi, ...options }: ProgramOptions) {
    super({ ...options, arguments: [inWorkspace('apps/api/dist/main.js')] });
    this.port = port;
    this.metricsPort = metricsPort;
    this.#healthPort = servesApi ? port : metricsPort;
  }

  /**
   * Waits until readiness says so.
   *
   * @returns milliseconds since it was spawned
   * @throws ProgramFailedError if it ends, or takes more than any start should
   */
  async untilReady(): Promise<number> {
    try {
      return await waitUntil('The program is ready', START_LIMIT_MILLISECONDS, async () => {
        if (this.hasEnded) {
          throw new Error('It ended.');
        }
        return (await this.readiness()) === 200 && performance.now() - this.spawnedAt;
      });
    } catch (error) {
      throw this.failure('The program did not become ready.', error);
    }
  }

  /** What it answers to one look at its readiness: a status, or undefined without an answer. */
  async readiness(): Promise<number | undefined> {
    const request = { port: this.#healthPort, path: '/health/ready' };
    const outcome = await send(request, { limitMilliseconds: 5_000 });
    return isAnswer(outcome) ? outcome.status : undefined;
  }

  /** A figure of its metrics; NaN if it does not tell it. */
  async readGauge(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const outcome = await send({ port: this.metricsPort, path: '/metrics' });
    return isSuccess(outcome) ? findSample(String(outcome.body), name, labels) : Number.NaN;
  }

  /** Lines of the log that tell of errors which nobody handled. */
  unexpectedErrors(): readonly string[] {
    return this.output.match(UNEXPECTED) ?? [];
  }

  /** What requests failed by, other than being told that the program is unavailable. */
  failures(): readonly string[] {
    return this.output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogRecord)
      .filter(({ level, err }) => level >= ERROR_LEVEL && !UNAVAILABLE.includes(err?.code ?? ''))
      .map(({ err }) => `${err?.type ?? 'error'}: ${err?.message ?? ''}`);
  }
}

/** The value of a sample in Prometheus's text; NaN if it is not there. */
export function findSample(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const samples = text.split('\n').filter((line) => /^\w+/u.exec(line)?.[0] === name);
  const found = samples.find((line) => pairs.every((pair) => line.includes(pair)));
  return found === undefined ? Number.NaN : Number(found.slice(found.lastIndexOf(' ') + 1));
}
