import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

import { ServiceUnavailableError } from '../errors.ts';
import { frameworkBody } from './error-body.ts';
import { answerError } from './error-handler.ts';
import { useStrictJsonParser } from './json-parser.ts';
import { RegisteredMethods } from './method-not-allowed.ts';
import { readSecurityHeaders } from './security-headers.ts';

/**
 * What the whole app answers alike: errors (the framework's included), unknown addresses, wrong
 * methods, JSON parsing, security headers, and the request id in `x-request-id`. Register it first.
 */
export const restApiPlugin = fastifyPlugin(
  async (app: FastifyInstance): Promise<void> => {
    const registeredMethods = RegisteredMethods.observe(app);
    const securityHeaders = readSecurityHeaders();
    app.setErrorHandler(answerError);
    app.setNotFoundHandler((request, reply) => answerNotFound(request, reply, registeredMethods));
    useStrictJsonParser(app);
    let isClosing = false;
    app.addHook('preClose', async () => {
      isClosing = true;
    });
    app.addHook('onRequest', (request, reply, done) => {
      reply.headers(securityHeaders).header('x-request-id', request.id);
      if (isClosing) {
        done(new ServiceUnavailableError());
      } else if (request.is404) {
        // Before the body is parsed: what is wrong with it does not matter where nothing takes it.
        answerNotFound(request, reply, registeredMethods);
      } else {
        ignoreBodyOfDelete(request);
        done();
      }
    });
  },
  { name: '@org/core/rest-api', fastify: '5.x' },
);

/** Whatever comes with a DELETE, under whichever label, is not read. */
function ignoreBodyOfDelete({ method, raw }: FastifyRequest): void {
  if (method === 'DELETE') {
    delete raw.headers['content-type'];
    delete raw.headers['content-length'];
    delete raw.headers['transfer-encoding'];
  }
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
