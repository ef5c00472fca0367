import { ServiceUnavailableError } from '@org/core';
import type { Database, IndexConflict } from '@org/core/store';
import type { FastifyInstance } from 'fastify';

export interface HealthDependencies {
  readonly database: Database;
  /** Unique indexes that could not be built, for readiness to name. */
  readonly indexConflicts: () => readonly IndexConflict[];
}

/**
 * `/health/live`: the process answers. `/health/ready`: it can serve, MongoDB included; documents
 * that collide are named, and served as they are.
 */
export function registerHealthRoutes(
  app: FastifyInstance,
  { database, indexConflicts }: HealthDependencies,
): void {
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async () => {
    try {
      await database.ping();
    } catch (error) {
      throw new ServiceUnavailableError({ cause: error, message: 'MongoDB does not answer.' });
    }
    return { status: 'ready', ...describeConflicts(indexConflicts()) };
  });
}

function describeConflicts(conflicts: readonly IndexConflict[]): object {
  if (conflicts.length === 0) {
    return {};
  }
  return {
    index_conflicts: conflicts.map(({ collectionName, indexName, conflictingIds }) => ({
      collection: collectionName,
      index: indexName,
      conflicting_ids: conflictingIds,
    })),
  };
}
