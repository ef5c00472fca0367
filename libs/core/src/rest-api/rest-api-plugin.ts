import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

import { ServiceUnavailableError } from '../errors.ts';
import { frameworkBody } from './error-body.ts';
import { answerError } from './error-handler.ts';
import { limitHandlerTime } from './handler-timeout.ts';
import { useStrictJsonParser } from './json-parser.ts';
import { RegisteredMethods } from './method-not-allowed.ts';
import { readSecurityHeaders } from './security-headers.ts';
import { endSocket } from './socket-errors.ts';

export interface RestApiOptions {
  /**
   * Milliseconds until a handler that has not answered is answered for, with 503. Default: 9,500, so
   * that the answer is there within 10 s.
   */
  readonly handlerTimeout?: number;
}

/**
 * What the whole app answers alike: errors (the framework's included), unknown addresses, wrong
 * methods, slow handlers, JSON parsing, security headers, and the request id in `x-request-id`. The body and the
 * media type of a DELETE are ignored. Register it first.
 */
export const restApiPlugin = fastifyPlugin(
  async (app: FastifyInstance, { handlerTimeout = 9_500 }: RestApiOptions): Promise<void> => {
    const registeredMethods = RegisteredMethods.observe(app);
    const securityHeaders = readSecurityHeaders();
    app.setErrorHandler(answerError);
    app.setNotFoundHandler((request, reply) => answerNotFound(request, reply, registeredMethods));
    useStrictJsonParser(app);
    // A DELETE says all in its address: what else it brings is neither parsed nor judged.
    app.addHttpMethod('DELETE', { hasBody: false, overrideExisting: true });
    // Node's own answer has no body.
    app.server.on('checkExpectation', answerUnknownExpectation);
    // Without a listener Node hangs up.
    app.server.on('connect', refuseTunnel);
    let isClosing = false;
    app.addHook('preClose', async () => {
      isClosing = true;
    });
    app.addHook('onRequest', (request, reply, done) => {
      reply.headers(securityHeaders).header('x-request-id', request.id);
      if (isClosing) {
        done(new ServiceUnavailableError());
      } else if (lacksHost(request)) {
        // As Node does: whoever gets the head of a request wrong is not asked for a second one.
        void reply.code(400).header('connection', 'close').send(frameworkBody(400));
      } else if (request.is404) {
        // Before the body is parsed: what is wrong with it does not matter where nothing takes it.
        answerNotFound(request, reply, registeredMethods);
      } else {
        limitHandlerTime(reply, handlerTimeout);
        done();
      }
    });
  },
  { name: '@org/core/rest-api', fastify: '5.x' },
);

/** This is no proxy: whatever a CONNECT names is not to be found here. */
function refuseTunnel(_request: IncomingMessage, socket: Duplex): void {
  // Node's own listener is gone with the request.
  socket.on('error', () => socket.destroy());
  endSocket(socket, 404);
}

function answerUnknownExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const body = JSON.stringify(frameworkBody(417));
  response.writeHead(417, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** RFC 9112, section 3.2. */
function lacksHost({ headers, raw }: FastifyRequest): boolean {
  return headers.host === undefined && raw.httpVersion === '1.1';
}

function answerNotFound(
  request: FastifyRequest,
  reply: FastifyReply,
  registeredMethods: RegisteredMethods,
): void {
  const allowed = registeredMethods.at(request.url.split('?', 1)[0] ?? '');
  if (allowed.length === 0) {
    void reply.code(404).send(frameworkBody(404));
    return;
  }
  void reply.code(405).header('allow', allowed.join(', ')).send(frameworkBody(405));
}
