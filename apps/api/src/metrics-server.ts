import { restApiPlugin, restApiServerOptions } from '@org/core/rest-api';
import { fastify, LogController, type FastifyInstance } from 'fastify';

import { registerHealthRoutes, type HealthOptions } from './health.ts';
import type { Logger } from './logging.ts';
import type { Metrics } from './metrics.ts';

export interface MetricsServerOptions extends HealthOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * The server for monitoring: `/metrics` for Prometheus, and health, which a worker exposes nowhere
 * else. Not for the public.
 */
export async function buildMetricsServer(options: MetricsServerOptions): Promise<FastifyInstance> {
  const { logger, metrics } = options;
  const app: FastifyInstance = fastify({
    ...restApiServerOptions,
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
  });
  await app.register(restApiPlugin);
  registerHealthRoutes(app, options);
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.collect()),
  );
  return app;
}
