import { setTimeout as delay } from 'node:timers/promises';

import type { FastifyBaseLogger } from 'fastify';

import type { KeptAnswer, RequestRun } from '../types.ts';

const SUCCESS = 200;
const REDIRECTION = 300;
const CLIENT_ERROR = 400;
const SERVER_ERROR = 500;

/** Refusals that do not decide the request: logged in, authenticated anew, in time or later, it passes. */
const UNDECIDED: readonly number[] = [401, 403, 408, 429];

/** A client waits no longer for the end of a transaction that is in doubt; its key is in flight then. */
const ABANDON_MILLISECONDS = 1_000;

/** A request that is carried out and whose answer is kept under its key. */
export class KeyedRequest {
  /** Whether the handler has returned or thrown. */
  hasEnded = false;
  /** Whether it was answered for because it took too long. It goes on, and its outcome counts. */
  isOverdue = false;
  readonly #run: RequestRun;
  readonly #log: FastifyBaseLogger;

  constructor(run: RequestRun, log: FastifyBaseLogger) {
    this.#run = run;
    this.#log = log;
  }

  /** @param answer what the handler decided, or any failure */
  async settle(answer: KeptAnswer): Promise<void> {
    if (isDecision(answer.status)) {
      await this.#unlessItFails(() => this.#run.keep(answer));
    } else if (answer.status < SERVER_ERROR) {
      await this.release();
    } else {
      const abandoned = this.#unlessItFails(() => this.#run.abandon());
      await Promise.race([abandoned, delay(ABANDON_MILLISECONDS, undefined, { ref: false })]);
    }
  }

  async release(): Promise<void> {
    await this.#unlessItFails(() => this.#run.release());
  }

  /** What was done stays done, and its answer is the client's. */
  async #unlessItFails(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#log.warn({ err: error }, 'the answer to an idempotent request was not kept');
    }
  }
}

function isDecision(status: number): boolean {
  const isSuccess = status >= SUCCESS && status < REDIRECTION;
  const isRefusal = status >= CLIENT_ERROR && status < SERVER_ERROR;
  return isSuccess || (isRefusal && !UNDECIDED.includes(status));
}
