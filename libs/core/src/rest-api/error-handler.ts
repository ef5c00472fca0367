import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

import { toErrorAnswer, frameworkBody, type ErrorAnswer } from './error-body.ts';
import { HandlerTimeoutError } from './handler-timeout.ts';

/** Fastify error handler that answers every error in the contract's shape and logs each 5xx. */
export function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const answer = isBodyStillArriving(error, request)
    ? requestTimedOut
    : toErrorAnswer(error, request);
  if (answer.status === 503) {
    // There may be many while MongoDB is down or the process starts; the logger limits them.
    request.log.warn({ err: error }, 'request refused');
  } else if (answer.status >= 500) {
    request.log.error({ err: error }, 'request failed');
  }
  void reply.code(answer.status).headers(answer.headers).send(answer.body);
}

const requestTimedOut: ErrorAnswer = {
  status: 408,
  headers: { connection: 'close' },
  body: frameworkBody(408),
};

/** The handler's time limit also runs while the client sends the body; that is not our failure. */
function isBodyStillArriving(error: Error, request: FastifyRequest): boolean {
  return error instanceof HandlerTimeoutError && !request.raw.complete;
}
