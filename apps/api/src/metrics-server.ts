import { restApiPlugin, restApiServerOptions } from '@org/core/rest-api';
import { fastify, type FastifyInstance } from 'fastify';

import { healthSources, registerHealthRoutes, type HealthDependencies } from './health.ts';
import type { Logger } from './logging.ts';
import type { Metrics } from './metrics.ts';

export interface MetricsServerOptions {
  readonly database: HealthDependencies['database'];
  readonly readiness: HealthDependencies['readiness'];
  readonly services: Parameters<typeof healthSources>[0];
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * The server for monitoring: `/metrics` for Prometheus, and health, which a worker exposes nowhere
 * else. Not for the public.
 */
export async function buildMetricsServer(options: MetricsServerOptions): Promise<FastifyInstance> {
  const { database, readiness, services, logger, metrics } = options;
  const app: FastifyInstance = fastify({
    ...restApiServerOptions,
    loggerInstance: logger,
    disableRequestLogging: true,
  });
  await app.register(restApiPlugin);
  registerHealthRoutes(app, { database, readiness, ...healthSources(services) });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.collect()),
  );
  return app;
}
