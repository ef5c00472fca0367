import { accountRestApi } from '@org/account/rest-api';
import {
  authenticationRestApi,
  jsonWebKeySetRestApi,
  verifiedAccessTokenOf,
} from '@org/authentication/rest-api';
import { ServiceUnavailableError } from '@org/core';
import {
  restApiPlugin,
  restApiServerOptions,
  serializeLazily,
  trustProxies,
} from '@org/core/rest-api';
import type { Database } from '@org/core/store';
import { developmentOutbox, notificationRestApi } from '@org/notification/rest-api';
import { fastify, LogController, type FastifyInstance } from 'fastify';

import type { Services } from './services.ts';
import type { Config } from './config.ts';
import { registerDocumentation } from './documentation.ts';
import { registerHealthRoutes } from './health.ts';
import { logRequests, type Logger } from './logging.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';

export interface ServerOptions {
  readonly config: Pick<
    Config,
    | 'TRUSTED_PROXIES'
    | 'CORS_ALLOWED_ORIGINS'
    | 'CLEAR_SITE_DATA'
    | 'API_DOCS'
    | 'HOST'
    | 'WEB_APP_URL'
  >;
  readonly database: Database;
  readonly services: Services;
  readonly readiness: Readiness;
  readonly logger: Logger;
  readonly metrics?: Metrics | undefined;
  /** For plugins that must see the routes being registered, such as one that documents them. */
  readonly beforeRoutes?: (app: FastifyInstance) => Promise<void>;
}

/** Builds the HTTP server with every module mounted, without listening yet. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { config, database, services, readiness, logger, metrics } = options;
  const app: FastifyInstance = fastify({
    ...restApiServerOptions,
    trustProxy: trustProxies(config.TRUSTED_PROXIES),
    loggerInstance: logger,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'request_id',
    }),
  });
  await options.beforeRoutes?.(app);
  const restApi = {
    allowedOrigins: config.CORS_ALLOWED_ORIGINS,
    clearSiteData: config.CLEAR_SITE_DATA,
  };
  await app.register(restApiPlugin, restApi);
  serializeLazily(app);
  logRequests(app);
  metrics?.observe(app);
  registerHealthRoutes(app, { database, readiness, services });
  await app.register(jsonWebKeySetRestApi, { authentication: services.authentication });
  if (services.outbox !== undefined) {
    await app.register(developmentOutbox, {
      outbox: services.outbox,
      hosts: [config.HOST, new URL(config.WEB_APP_URL).hostname],
    });
  }
  await app.register(
    async (api) => {
      refuseUntilReady(api, readiness);
      api.get('/', { schema: { hide: true } }, async (_request, reply) =>
        reply.type('text/plain').send('The API is alive.'),
      );
      registerDocumentation(api, { hasPages: config.API_DOCS, restApi });
      await mountModules(api, services);
    },
    { prefix: '/api' },
  );
  return app;
}

async function mountModules(api: FastifyInstance, services: Services): Promise<void> {
  const { accounts, authentication, guard, login, notification } = services;
  await api.register(authenticationRestApi, { authentication, login, guard });
  await api.register(accountRestApi, {
    accounts,
    guard,
    sessionIdOf: (request) => verifiedAccessTokenOf(request)?.sessionId,
  });
  await api.register(notificationRestApi, { notification, guard });
  for (const domain of services.domains) {
    await domain.mount?.(api, guard);
  }
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
