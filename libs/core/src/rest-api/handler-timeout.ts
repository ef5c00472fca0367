import type { FastifyReply } from 'fastify';

import { ServiceUnavailableError } from '../errors.ts';

/** A handler did not answer in time, or the body that it needs did not arrive. */
export class HandlerTimeoutError extends ServiceUnavailableError {}

/**
 * Answers in the handler's stead when the time is over; what the handler does then goes on. Fastify's
 * own `handlerTimeout` makes a signal for each request and aborts it in the end, whether or not somebody
 * listens, and that costs a read some ten microseconds.
 */
export function limitHandlerTime(reply: FastifyReply, milliseconds: number): void {
  const timer = setTimeout(() => {
    // What is on its way has as long as it moves: then the limit is that of a socket without traffic.
    if (!reply.raw.headersSent && !reply.sent) {
      void reply.send(new HandlerTimeoutError());
    }
  }, milliseconds);
  reply.raw.once('close', () => {
    clearTimeout(timer);
  });
}
