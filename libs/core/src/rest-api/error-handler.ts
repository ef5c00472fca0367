import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

import { describeError } from './error-body.ts';

/** Fastify error handler that answers every error in the contract's shape and logs each 5xx. */
export function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const answer = describeError(error, {
    requestId: request.id,
    hasCredentials: Boolean(request.headers.authorization),
  });
  if (answer.status >= 500) {
    request.log.error({ err: error }, 'request failed');
  }
  void reply.code(answer.status).headers(answer.headers).send(answer.body);
}
