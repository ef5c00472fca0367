import type { FastifyReply } from 'fastify';

import { ServiceUnavailableError } from '../errors.ts';

/** A handler did not answer in time, or its request body did not arrive in time. */
export class HandlerTimeoutError extends ServiceUnavailableError {}

/**
 * Answers for the handler once the time is up; the handler keeps running. Fastify's own
 * `handlerTimeout` makes a signal for each request and aborts it in the end, whether or not anyone
 * listens, which costs a read some ten microseconds.
 */
export function limitHandlerTime(reply: FastifyReply, milliseconds: number): void {
  const timer = setTimeout(() => {
    // An answer that is being sent may take as long as it keeps moving: the idle socket's limit
    // applies.
    if (!reply.raw.headersSent && !reply.sent) {
      void reply.send(new HandlerTimeoutError());
    }
  }, milliseconds);
  reply.raw.once('close', () => {
    clearTimeout(timer);
  });
}
