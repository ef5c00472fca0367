import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { hasEnded, kill, type Child } from './child-processes.ts';
import { isRefused, send, type HttpAnswer, type HttpRequest } from './http-client.ts';

/** A request to a server whose port is known. */
export type ServerRequest = Omit<HttpRequest, 'port' | 'agent'>;

export interface RunningServerOptions {
  readonly child: Child;
  readonly port: number;
  readonly logFile: string;
  /** When it was spawned, by `performance.now()`. */
  readonly spawnedAt: number;
}

const START_LIMIT_MILLISECONDS = 60_000;
/** Short against a start; a port that nothing listens on costs the server nothing. */
const POLL_MILLISECONDS = 2;
/** Long enough to leave the processor to a server that must answer each of these. */
const NOT_READY_POLL_MILLISECONDS = 10;
/** The status of a server that listens before it can do anything. */
const NOT_READY = 503;
const LOG_TAIL_CHARACTERS = 2_000;

/** The server ended, or answered something else than was asked for. */
export class ServerFailedError extends Error {
  constructor(problem: string, logFile: string, cause?: unknown) {
    const log = readFileSync(logFile, 'utf8').trim().slice(-LOG_TAIL_CHARACTERS);
    super(`${problem}${log === '' ? '' : `\nIt wrote:\n${log}`}`, { cause });
    this.name = new.target.name;
  }
}

/** A server process, which may still be starting. */
export class RunningServer {
  readonly pid: number;
  readonly port: number;
  readonly spawnedAt: number;
  readonly #child: Child;
  readonly #logFile: string;
  readonly #agent = new Agent({ keepAlive: true });
  #hasStarted = false;

  constructor({ child, port, logFile, spawnedAt }: RunningServerOptions) {
    this.pid = child.pid;
    this.port = port;
    this.spawnedAt = spawnedAt;
    this.#child = child;
    this.#logFile = logFile;
  }

  /**
   * Sends a request; the first one again and again, until the server listens and is ready.
   *
   * @throws ServerFailedError when the answer has another status, or there is none in time
   */
  async request(request: ServerRequest, expectedStatus: number): Promise<HttpAnswer['body']> {
    const { status, body } = await this.#answer(request);
    if (status !== expectedStatus) {
      const problem = `${request.method ?? 'GET'} ${request.path} answered ${status}, not ${expectedStatus}`;
      throw new ServerFailedError(`${problem}: ${JSON.stringify(body)}`, this.#logFile);
    }
    return body;
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await kill(this.#child);
  }

  async #answer(request: ServerRequest): Promise<HttpAnswer> {
    const deadline = performance.now() + START_LIMIT_MILLISECONDS;
    for (;;) {
      let pause = POLL_MILLISECONDS;
      try {
        const answer = await send({ ...request, port: this.port, agent: this.#agent });
        if (this.#hasStarted || answer.status !== NOT_READY || performance.now() > deadline) {
          this.#hasStarted = true;
          return answer;
        }
        pause = NOT_READY_POLL_MILLISECONDS;
      } catch (error) {
        if (hasEnded(this.#child) || !isRefused(error) || performance.now() > deadline) {
          throw new ServerFailedError('The server does not answer.', this.#logFile, error);
        }
      }
      await delay(pause);
    }
  }
}
