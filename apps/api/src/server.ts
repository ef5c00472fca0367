import { ServiceUnavailableError } from '@org/core';
import {
  restApiPlugin,
  restApiServerOptions,
  serializeLazily,
  trustProxies,
  type RestApiOptions,
} from '@org/core/rest-api';
import { fastify, LogController, type FastifyInstance } from 'fastify';

import { httpSettings, type ProgramBackend } from './backend.ts';
import type { Config } from './config.ts';
import { registerDocumentation } from './documentation.ts';
import { registerHealthRoutes } from './health.ts';
import { logRequests, type Logger } from './logging.ts';
import { RequestLogger } from './request-logger.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';
import type { ProgramTracing } from './tracing.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly backend: ProgramBackend;
  readonly readiness: Readiness;
  readonly logger: Logger;
  readonly metrics?: Metrics | undefined;
  readonly tracing?: ProgramTracing | undefined;
  /** For plugins that must see the routes being registered, such as one that documents them. */
  readonly beforeRoutes?: (app: FastifyInstance) => Promise<void>;
}

/** Builds the HTTP server with every module mounted, without listening yet. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { config, backend, readiness, logger, metrics } = options;
  const app: FastifyInstance = fastify({
    ...restApiServerOptions,
    trustProxy: trustProxies(config.TRUSTED_PROXIES),
    loggerInstance: logger,
    childLoggerFactory: (parent, bindings) => new RequestLogger(parent, bindings),
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'request_id',
    }),
  });
  options.tracing?.observe(app);
  await options.beforeRoutes?.(app);
  const { API_URL: apiUrl } = config;
  const restApi = { ...httpSettings(config), ownOrigin: apiUrl && new URL(apiUrl).origin };
  await app.register(restApiPlugin, restApi);
  serializeLazily(app);
  logRequests(app);
  metrics?.observe(app);
  registerHealthRoutes(app, { backend, readiness });
  await app.register(async (serving) => {
    refuseUntilReady(serving, readiness);
    await serving.register(async (api) => describeApi(api, config, restApi), { prefix: '/api' });
    await serving.register(backend.plugin);
    if (config.ADMIN_API) {
      const { registerConsole } = await import('./console.ts');
      await registerConsole(serving);
    }
  });
  return app;
}

/** What the API tells of itself. */
function describeApi(api: FastifyInstance, config: Config, restApi: RestApiOptions): void {
  api.get('/', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/plain').send('The API is alive.'),
  );
  registerDocumentation(api, { hasPages: config.API_DOCS, restApi });
}

/** Until every index exists, a write could violate what an index guarantees. */
function refuseUntilReady(api: FastifyInstance, readiness: Readiness): void {
  api.addHook('onRequest', (_request, _reply, done) => {
    if (readiness.hasStarted) {
      done();
    } else {
      done(new ServiceUnavailableError({ message: 'The program is starting or stopping.' }));
    }
  });
}
