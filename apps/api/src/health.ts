import { ServiceUnavailableError } from '@org/core';
import type { Database } from '@org/core/store';
import type { FastifyInstance } from 'fastify';

export interface HealthDependencies {
  readonly database: Database;
}

/** `/health/live`: the process answers. `/health/ready`: it can serve, MongoDB included. */
export function registerHealthRoutes(app: FastifyInstance, { database }: HealthDependencies): void {
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async () => {
    try {
      await database.ping();
    } catch (error) {
      throw new ServiceUnavailableError({ cause: error, message: 'MongoDB does not answer.' });
    }
    return { status: 'ready' };
  });
}
