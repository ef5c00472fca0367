import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { ChildProgram, type ChildOptions } from './child-program.ts';
import { isAnswer, send, type Answer, type HttpRequest } from './send.ts';

/** A request to a server whose port is known. */
export type ServerRequest = Omit<HttpRequest, 'port'>;

export interface ServerOptions extends ChildOptions {
  readonly port: number;
  /** Default: the port. */
  readonly metricsPort?: number;
}

const START_LIMIT_MILLISECONDS = 90_000;
/** Short against a start; a port that nothing listens on costs the server nothing. */
const POLL_MILLISECONDS = 2;
/** Leaves the processor to a server that must answer each of these. */
const NOT_READY_POLL_MILLISECONDS = 10;
const NOT_READY = 503;

/** A server process, which may still be starting. */
export class ServerProgram extends ChildProgram {
  readonly port: number;
  readonly metricsPort: number;
  /** By `performance.now()`. */
  readonly spawnedAt: number;
  readonly #agent = new Agent({ keepAlive: true });
  #hasStarted = false;

  constructor(options: ServerOptions, spawnedAt = performance.now()) {
    super(options);
    this.port = options.port;
    this.metricsPort = options.metricsPort ?? options.port;
    this.spawnedAt = spawnedAt;
  }

  /** Milliseconds from its start until it is ready. @throws ProgramFailedError if it never is */
  async untilReady(): Promise<number> {
    await this.request({ path: '/health/ready' }, 200);
    return performance.now() - this.spawnedAt;
  }

  /**
   * Sends a request; the first one repeatedly, until the server listens and is ready.
   *
   * @throws ProgramFailedError if the answer has another status, or there is none in time
   */
  async request(request: ServerRequest, expectedStatus: number): Promise<unknown> {
    const { status, body } = await this.#answer(request);
    if (status !== expectedStatus) {
      const asked = `${request.method ?? 'GET'} ${request.path}`;
      const problem = `${asked} answered ${status}, not ${expectedStatus}`;
      throw this.failure(`${problem}: ${JSON.stringify(body)}`);
    }
    return body;
  }

  override async kill(): Promise<void> {
    this.#agent.destroy();
    await super.kill();
  }

  async #answer(request: ServerRequest): Promise<Answer> {
    const deadline = performance.now() + START_LIMIT_MILLISECONDS;
    for (;;) {
      const outcome = await send({ ...request, port: this.port }, { agent: this.#agent });
      const isLate = performance.now() > deadline;
      if (isAnswer(outcome)) {
        this.#hasStarted ||= isLate || outcome.status !== NOT_READY;
        if (this.#hasStarted) {
          return outcome;
        }
      } else if (this.hasEnded || this.#hasStarted || isLate) {
        throw this.failure('The server does not answer.');
      }
      await delay(isAnswer(outcome) ? NOT_READY_POLL_MILLISECONDS : POLL_MILLISECONDS);
    }
  }
}
