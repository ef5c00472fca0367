import { ServiceUnavailableError } from '@org/core';
import type { Database, IndexConflict } from '@org/core/store';
import type { FastifyInstance } from 'fastify';
import * as Type from 'typebox';

import type { Readiness } from './readiness.ts';

export interface HealthDependencies {
  readonly database: Database;
  readonly readiness: Readiness;
  /** Unique indexes that could not be built, for readiness to name. */
  readonly indexConflicts: () => readonly IndexConflict[];
}

/**
 * `/health/live`: the process answers. `/health/ready`: it can serve, MongoDB included; documents
 * that collide are named, and served as they are.
 */
export function registerHealthRoutes(app: FastifyInstance, dependencies: HealthDependencies): void {
  const { database, readiness, indexConflicts } = dependencies;
  app.get('/health/live', { schema: liveSchema }, async () => ({ status: 'live' }));
  app.get('/health/ready', { schema: readySchema }, async () => {
    if (!readiness.isReady) {
      throw new ServiceUnavailableError({ message: 'The program is starting or stopping.' });
    }
    try {
      await database.ping();
    } catch (error) {
      throw new ServiceUnavailableError({ cause: error, message: 'MongoDB does not answer.' });
    }
    return { status: 'ready', ...describeConflicts(indexConflicts()) };
  });
}

const liveSchema = {
  operationId: 'getLiveness',
  summary: 'Tell that the process answers',
  tags: ['health'],
  response: { 200: Type.Object({ status: Type.Literal('live') }) },
};

const readySchema = {
  operationId: 'getReadiness',
  summary: 'Tell that the process can serve, MongoDB included',
  tags: ['health'],
  response: {
    200: Type.Object({
      status: Type.Literal('ready'),
      index_conflicts: Type.Optional(
        Type.Array(
          Type.Object({
            collection: Type.String(),
            index: Type.String(),
            conflicting_ids: Type.Array(Type.Array(Type.String())),
          }),
        ),
      ),
    }),
  },
};

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
