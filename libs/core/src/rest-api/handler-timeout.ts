import type { FastifyReply } from 'fastify';

import { ServiceUnavailableError } from '../errors.ts';

/** A handler did not answer in time, or its request body did not arrive in time. */
export class HandlerTimeoutError extends ServiceUnavailableError {}

/**
 * Answers for handlers once their time is up; they keep running. Fastify's own `handlerTimeout`
 * makes a signal for each request and aborts it in the end, whether or not anyone listens, which
 * costs a read some ten microseconds. One timer for all requests costs less than one for each.
 */
export class HandlerTimeLimit {
  readonly #milliseconds: number;
  /** When their time is up, the earliest first. */
  readonly #unanswered = new Map<FastifyReply, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  applyTo(reply: FastifyReply): void {
    this.#unanswered.set(reply, performance.now() + this.#milliseconds);
    if (this.#timer === undefined) {
      this.#timer = this.#startTimer(this.#milliseconds);
    }
  }

  /** It need not be called for a client that has gone. */
  endFor(reply: FastifyReply): void {
    this.#unanswered.delete(reply);
  }

  /** As if the time of every handler were up. */
  end(): void {
    for (const reply of this.#unanswered.keys()) {
      answerFor(reply);
    }
  }

  #startTimer(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => this.#answerOverdue(), milliseconds).unref();
  }

  #answerOverdue(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [reply, end] of this.#unanswered) {
      if (end > now) {
        this.#timer = this.#startTimer(end - now);
        return;
      }
      this.#unanswered.delete(reply);
      answerFor(reply);
    }
  }
}

/**
 * An answer that is being sent may take as long as it keeps moving: the idle socket's limit applies.
 */
function answerFor(reply: FastifyReply): void {
  if (!reply.raw.headersSent && !reply.raw.destroyed && !reply.sent) {
    void reply.send(new HandlerTimeoutError());
    // Fastify would warn that the handler's own answer comes second.
    reply.log = reply.log.child({}, { level: 'error' });
  }
}
