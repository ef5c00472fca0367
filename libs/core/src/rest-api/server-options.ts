import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';

import type { FastifyError, FastifyHttpOptions, FastifyReply, FastifyRequest } from 'fastify';

import { AnswerHeaders } from './answer-headers.ts';
import { answerError } from './error-handler.ts';
import { answerSocketError } from './socket-errors.ts';

/**
 * Fastify's options for a server on a public network. Its defaults have no time limits and a body
 * limit of 1 MiB, and answer some errors in shapes of their own. Times are in milliseconds, sizes
 * in bytes.
 */
export const restApiServerOptions = {
  bodyLimit: 64 * 1024,
  /** For a request to arrive whole. */
  requestTimeout: 15_000,
  /** For a socket without any traffic. */
  connectionTimeout: 20_000,
  keepAliveTimeout: 72_000,
  http: {
    maxHeaderSize: 16 * 1024,
    headersTimeout: 10_000,
    // How often Node looks for requests over their time; its default of 30 s outlasts the limits.
    connectionsCheckingInterval: 2_000,
    // Node's own answer has no body; restApiPlugin gives the contract's.
    requireHostHeader: false,
  },
  // An id of any length reaches its route, where a guard answers before anything is looked up.
  routerOptions: { maxParamLength: 16 * 1024 },
  ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: true } },
  onProtoPoisoning: 'error',
  onConstructorPoisoning: 'error',
  trustProxy: false,
  // Fastify's own answer while closing has another shape; restApiPlugin gives the contract's.
  return503OnClosing: false,
  genReqId: () => randomUUID(),
  frameworkErrors: (error, request, reply) => {
    answerFrameworkError(error, request, reply);
  },
  clientErrorHandler: answerSocketError,
} satisfies FastifyHttpOptions<Server>;

/** No hook has run. */
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
