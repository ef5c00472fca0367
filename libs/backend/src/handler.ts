import type { IncomingMessage, ServerResponse } from 'node:http';

import { restApiPlugin, restApiServerOptions, trustProxies } from '@org/core/rest-api';
import { fastify, LogController, type FastifyInstance, type FastifyPluginAsync } from 'fastify';

import type { RestApiSettings } from './backend-options.ts';
import { toFastifyLogger } from './fastify-logger.ts';
import type { BackendLogger } from './logger.ts';

/**
 * Serves a backend's routes for Node's own server, Express and Nest. Any other address is left to
 * `next`, or is not found if there is none.
 */
export type RequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

const OWN_ADDRESS = /^\/(?:api|dev\/outbox|\.well-known\/jwks\.json)(?:[/?]|$)/;

/** The app behind a {@link RequestHandler}, built with the first request. */
export class HandlerApp {
  readonly #plugin: FastifyPluginAsync;
  readonly #settings: RestApiSettings;
  readonly #logger: BackendLogger;
  #app: Promise<FastifyInstance> | undefined;

  constructor(plugin: FastifyPluginAsync, settings: RestApiSettings, logger: BackendLogger) {
    this.#plugin = plugin;
    this.#settings = settings;
    this.#logger = logger;
  }

  readonly handle: RequestHandler = (request, response, next) => {
    const address = addressOf(request);
    if (next !== undefined && !OWN_ADDRESS.test(address)) {
      next();
      return;
    }
    if (request.readableDidRead) {
      const error = new Error('Mount backend.handler before anything that reads bodies.');
      this.#fail(error, response, next);
      return;
    }
    this.#app ??= this.#build();
    this.#app.then(
      (app) => {
        request.url = address;
        app.routing(request, response);
      },
      (error: unknown) => this.#fail(error, response, next),
    );
  };

  /** A mistake in how the program is put together: whoever is next tells it, or else the log. */
  #fail(error: unknown, response: ServerResponse, next: ((error: unknown) => void) | undefined) {
    if (next !== undefined) {
      next(error);
      return;
    }
    this.#logger.error({ err: error }, 'the API cannot be served');
    response.writeHead(500).end();
  }

  async #build(): Promise<FastifyInstance> {
    const { trustedProxies = [], ...restApi } = this.#settings;
    const app: FastifyInstance = fastify({
      ...restApiServerOptions,
      trustProxy: trustProxies(trustedProxies),
      loggerInstance: toFastifyLogger(this.#logger),
      // The host logs its requests as it likes.
      logController: new LogController({
        disableRequestLogging: true,
        requestIdLogLabel: 'request_id',
      }),
    });
    await app.register(restApiPlugin, restApi);
    await app.register(this.#plugin);
    await app.ready();
    return app;
  }

  async close(): Promise<void> {
    // What kept it from being built was told with each request.
    const app = await this.#app?.catch(() => undefined);
    await app?.close();
  }
}

/** The whole address: Express takes away what a handler is mounted at. */
function addressOf(request: IncomingMessage & { originalUrl?: string }): string {
  return request.originalUrl ?? request.url ?? '/';
}
