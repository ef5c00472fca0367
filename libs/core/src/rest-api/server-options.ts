import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';

import type { FastifyError, FastifyHttpOptions, FastifyReply, FastifyRequest } from 'fastify';

import { AnswerHeaders } from './answer-headers.ts';
import { answerError } from './error-handler.ts';
import { answerSocketError } from './socket-errors.ts';

/**
 * Fastify options for a server on a public network. Fastify's defaults have no time limits, a body
 * limit of 1 MiB, and answer some errors in other shapes. Times are in milliseconds, sizes in
 * bytes.
 */
export const restApiServerOptions = {
  bodyLimit: 64 * 1024,
  /** For the whole request to arrive. */
  requestTimeout: 15_000,
  /** For a socket without any traffic. */
  connectionTimeout: 20_000,
  keepAliveTimeout: 72_000,
  http: {
    maxHeaderSize: 16 * 1024,
    headersTimeout: 10_000,
    // How often Node looks for overdue requests; its default of 30 s exceeds the limits.
    connectionsCheckingInterval: 2_000,
    // Node's own answer has no body; restApiPlugin sends the contract's.
    requireHostHeader: false,
  },
  // An id of any length reaches its route, where a guard answers before any lookup.
  routerOptions: { maxParamLength: 16 * 1024 },
  ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: true } },
  onProtoPoisoning: 'error',
  onConstructorPoisoning: 'error',
  trustProxy: false,
  // Fastify's own answer while closing has another shape; restApiPlugin sends the contract's.
  return503OnClosing: false,
  genReqId: () => randomUUID(),
  frameworkErrors: (error, request, reply) => {
    answerFrameworkError(error, request, reply);
  },
  clientErrorHandler: answerSocketError,
} satisfies FastifyHttpOptions<Server>;

/** No hooks have run at this point. */
function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const answerHeaders = AnswerHeaders.of(request.server.server);
  void reply.headers(answerHeaders?.forOrigin(request.headers.origin) ?? {});
  void reply.header('x-request-id', request.id);
  const preflight = answerHeaders?.forPreflight(request.method, request.headers);
  if (preflight === undefined) {
    answerError(error, request, reply);
  } else {
    void reply.code(204).headers(preflight).send();
  }
}
