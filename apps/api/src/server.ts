import { accountRestApi } from '@org/account/rest-api';
import { authenticationRestApi } from '@org/authentication/rest-api';
import { restApiPlugin, restApiServerOptions } from '@org/core/rest-api';
import type { Database } from '@org/core/store';
import { fastify, LogController, type FastifyInstance } from 'fastify';

import type { Services } from './composition-root.ts';
import type { Config } from './config.ts';
import { registerHealthRoutes } from './health.ts';
import { createLoggerOptions, logRequests } from './logging.ts';

export interface ServerOptions {
  readonly config: Pick<Config, 'logLevel' | 'trustedProxies'>;
  readonly database: Database;
  readonly services: Services;
}

/** Builds the HTTP server with every module mounted; it does not listen yet. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { config, database, services } = options;
  const app = fastify({
    ...restApiServerOptions,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    logger: createLoggerOptions(config.logLevel),
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'request_id',
    }),
  });
  await app.register(restApiPlugin);
  logRequests(app);
  registerHealthRoutes(app, { database, indexConflicts: services.indexConflicts });
  await app.register(
    async (api) => {
      api.get('/', async (_request, reply) => reply.type('text/plain').send('The API is alive.'));
      await api.register(authenticationRestApi, { login: services.login });
      await api.register(accountRestApi, { accounts: services.accounts, guard: services.guard });
    },
    { prefix: '/api' },
  );
  return app;
}
