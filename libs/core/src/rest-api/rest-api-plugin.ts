import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

import { ServiceUnavailableError } from '../errors.ts';
import { AnswerHeaders } from './answer-headers.ts';
import { workBeforeAnswer } from './before-answer.ts';
import { frameworkBody } from './error-body.ts';
import { answerError } from './error-handler.ts';
import { HandlerTimeLimit } from './handler-timeout.ts';
import { breakOffStreams } from './json-stream.ts';
import { useStrictJsonParser } from './json-parser.ts';
import { RegisteredMethods } from './method-not-allowed.ts';
import { OpenConnections } from './open-connections.ts';
import { setOriginOptions } from './own-origin.ts';
import { restApiServerOptions } from './server-options.ts';
import { endSocket, rememberOrigin } from './socket-errors.ts';

/**
 * How long a request may still arrive, and a streamed answer take, after the server stops: half of
 * the time that a program has to stop.
 */
const PATIENCE_AFTER_STOP_MILLISECONDS = 5_000;
/** For a handler: what follows, such as the workers and the database, has the rest of the 10 s. */
const HANDLERS_AFTER_STOP_MILLISECONDS = 7_500;
/** For a client that has just connected. */
const SILENCE_AFTER_STOP_MILLISECONDS = 1_000;
const IDLE_CHECK_MILLISECONDS = 50;

export interface RestApiOptions {
  /** Milliseconds until a slow handler is answered for, with 503; after a stop, at most 7,500. Default: 9,500. */
  readonly handlerTimeout?: number;
  /**
   * Origins, such as `https://app.example.com`, whose pages may call the API, also with cookies.
   * Default: none.
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * The API's own origin as browsers see it, for requests with a cookie; needed if a proxy does not
   * pass on host and protocol. Default: that of each request.
   */
  readonly ownOrigin?: string | undefined;
  /**
   * What browsers clear, besides their cache, when a session ends: `cookies`, `storage` and other
   * Clear-Site-Data directives. Default: nothing, since the origin may be shared.
   */
  readonly clearSiteData?: readonly string[];
}

/**
 * What is the same throughout the app: errors (including the framework's), unknown addresses, wrong
 * methods, slow handlers, JSON parsing, security headers, CORS, `Cache-Control: no-store` unless a
 * route sets another, and the request id in `x-request-id`. A DELETE's body and media type are
 * ignored. Register it first.
 */
export const restApiPlugin = fastifyPlugin(
  async (app: FastifyInstance, options: RestApiOptions): Promise<void> => {
    const answerHeaders = applyTo(app, options);
    answerUnknownAddresses(app);
    // A DELETE is fully described by its address: anything else is neither parsed nor validated.
    app.addHttpMethod('DELETE', { hasBody: false, overrideExisting: true });
    observeSockets(app.server, answerHeaders);
    const connections = OpenConnections.observe(app.server);
    app.addHook('preClose', async () => closeConnections(app.server, connections));
  },
  { name: '@org/core/rest-api', fastify: '5.x' },
);

/**
 * The same for the routes of a scope, in an app that has other ways: neither its other routes nor its
 * server are touched. Unknown addresses and wrong methods are the app's, unless the scope has a prefix.
 * A body is at most as large as `restApiServerOptions` says.
 */
export function restApiScope(scope: FastifyInstance, options: RestApiOptions = {}): void {
  scope.addHook('onRoute', (route) => {
    route.bodyLimit ??= restApiServerOptions.bodyLimit;
  });
  rememberAddresses(scope.server);
  applyTo(scope, options);
  if (scope.prefix !== '') {
    answerUnknownAddresses(scope);
  }
}

function applyTo(app: FastifyInstance, options: RestApiOptions): AnswerHeaders {
  const { handlerTimeout = 9_500, allowedOrigins = [], ownOrigin } = options;
  const { clearSiteData: cleared = [] } = options;
  const answerHeaders = AnswerHeaders.create(app.server, { allowedOrigins, cleared });
  setOriginOptions(app.server, { ownOrigin, allowedOrigins });
  app.setErrorHandler(answerError);
  useStrictJsonParser(app);
  const timeLimit = new HandlerTimeLimit(handlerTimeout);
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
    setTimeout(() => timeLimit.end(), HANDLERS_AFTER_STOP_MILLISECONDS).unref();
  });
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    reply.headers(answerHeaders.forOrigin(origin)).header('x-request-id', request.id);
    if (origin !== undefined) {
      rememberOrigin(request.raw.socket, origin);
    }
    const preflight = answerHeaders.forPreflight(request.method, request.headers);
    if (preflight !== undefined) {
      void reply.code(204).headers(preflight).send();
    } else if (isClosing) {
      done(new ServiceUnavailableError());
    } else if (lacksHost(request)) {
      // Like Node: a client that sends a malformed head gets no second request on the connection.
      void reply.code(400).header('connection', 'close').send(frameworkBody(400));
    } else {
      timeLimit.applyTo(reply);
      done();
    }
  });
  app.addHook('onSend', workBeforeAnswer);
  app.addHook('onResponse', (_request, reply, done) => {
    timeLimit.endFor(reply);
    done();
  });
  return answerHeaders;
}

function answerUnknownAddresses(app: FastifyInstance): void {
  const registeredMethods = RegisteredMethods.observe(app);
  app.setNotFoundHandler((request, reply) => answerNotFound(request, reply, registeredMethods));
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) {
      // Before the body is parsed: if no route takes it, errors in it do not matter.
      answerNotFound(request, reply, registeredMethods);
    } else {
      done();
    }
  });
}

/**
 * Once read, an address is still known after the client hangs up: a complete request is served, and
 * must have a source.
 */
function rememberAddresses(server: Server): void {
  server.on('connection', ({ remoteAddress }: Socket) => remoteAddress);
}

/** Handles what Node would answer in its own way, or not at all. */
function observeSockets(server: Server, answerHeaders: AnswerHeaders): void {
  rememberAddresses(server);
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    answerUnknownExpectation(response, answerHeaders.forOrigin(request.headers.origin)),
  );
  // This is not a proxy: no CONNECT target can be found here.
  server.on('connect', ({ headers }: IncomingMessage, socket: Duplex) => {
    // Node's own listener is gone with the request.
    socket.on('error', () => socket.destroy());
    endSocket(socket, 404, answerHeaders.forOrigin(headers.origin));
  });
}

/** Those that are busy when the server stops are closed as soon as they are not. */
function closeConnections(server: Server, connections: OpenConnections): void {
  setTimeout(() => connections.closeSilent(), SILENCE_AFTER_STOP_MILLISECONDS).unref();
  setTimeout(() => {
    breakOffStreams(server);
    connections.closeArriving();
  }, PATIENCE_AFTER_STOP_MILLISECONDS).unref();
  // Fastify does this only once, and would then wait until their clients close the others.
  const timer = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MILLISECONDS);
  server.once('close', () => clearInterval(timer));
}

function answerUnknownExpectation(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
): void {
  const body = JSON.stringify(frameworkBody(417));
  response.writeHead(417, {
    ...headers,
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
  // Allowed methods include this one if a route itself found nothing, such as one for files.
  if (allowed.length === 0 || allowed.includes(request.method)) {
    void reply.code(404).send(frameworkBody(404));
    return;
  }
  void reply.code(405).header('allow', allowed.join(', ')).send(frameworkBody(405));
}
