import type { FastifyReply } from 'fastify';

import { ServiceUnavailableError } from '../errors.ts';

/** A handler did not answer in time, or its request body did not arrive in time. */
export class HandlerTimeoutError extends ServiceUnavailableError {}

/**
 * Answers for handlers once their time is up; they keep running. Fastify's own `handlerTimeout`
 * makes a signal for each request and aborts it in the end, whether or not anyone listens, which
 * costs a read some ten microseconds.
 */
export class HandlerTimeLimit {
  readonly #milliseconds: number;
  readonly #unanswered = new Set<FastifyReply>();

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  applyTo(reply: FastifyReply): void {
    this.#unanswered.add(reply);
    const timer = setTimeout(() => answerFor(reply), this.#milliseconds);
    reply.raw.once('close', () => {
      clearTimeout(timer);
      this.#unanswered.delete(reply);
    });
  }

  /** As if the time of every handler were up. */
  end(): void {
    for (const reply of this.#unanswered) {
      answerFor(reply);
    }
  }
}

/**
 * An answer that is being sent may take as long as it keeps moving: the idle socket's limit applies.
 */
function answerFor(reply: FastifyReply): void {
  if (!reply.raw.headersSent && !reply.sent) {
    void reply.send(new HandlerTimeoutError());
  }
}
