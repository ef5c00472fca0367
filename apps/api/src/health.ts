import { OperationContext, ServiceUnavailableError } from '@org/core';
import type { Database } from '@org/core/store';
import type { FastifyInstance } from 'fastify';
import * as Type from 'typebox';

import type { Services } from './services.ts';
import type { Readiness } from './readiness.ts';

/** What readiness asks. */
export interface HealthOptions {
  readonly database: Database;
  readonly readiness: Readiness;
  readonly services: Pick<
    Services,
    'authentication' | 'indexConflicts' | 'foreignValidators' | 'secretWatch'
  >;
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
      unreadable_secrets: Type.Optional(
        Type.Array(Type.Object({ collection: Type.String(), documents: Type.Integer() })),
      ),
    }),
  },
};

/**
 * `/health/live`: the process responds. `/health/ready`: it can serve requests, MongoDB included.
 * Readiness lists colliding documents, which are served as they are, and unreadable ones, which are
 * omitted.
 */
export function registerHealthRoutes(app: FastifyInstance, options: HealthOptions): void {
  app.get('/health/live', { schema: liveSchema }, async () => ({ status: 'live' }));
  app.get('/health/ready', { schema: readySchema }, async () => {
    await assertReady(options);
    const { indexConflicts, secretWatch } = options.services;
    const conflicts = indexConflicts().map((conflict) => ({
      collection: conflict.collectionName,
      index: conflict.indexName,
      conflicting_ids: conflict.conflictingIds,
    }));
    const unreadable = secretWatch.unreadable.map((found) => ({
      collection: found.collectionName,
      documents: found.unreadable,
    }));
    return {
      status: 'ready',
      ...(conflicts.length > 0 && { index_conflicts: conflicts }),
      ...(unreadable.length > 0 && { unreadable_secrets: unreadable }),
    };
  });
}

/** @throws ServiceUnavailableError that says what is missing */
async function assertReady({ database, readiness, services }: HealthOptions): Promise<void> {
  if (!readiness.isReady) {
    throw new ServiceUnavailableError({ message: 'The program is starting or stopping.' });
  }
  try {
    await database.ping();
  } catch (error) {
    throw new ServiceUnavailableError({ cause: error, message: 'MongoDB does not answer.' });
  }
  // Requests are served with what was read earlier, but the next process would not even start.
  const context = OperationContext.anonymous('health');
  const unreadable = await services.authentication.getUnreadableSecrets(context);
  if (unreadable.length > 0) {
    throw new ServiceUnavailableError({
      message: `This process has no secret key that reads: ${unreadable.join(', ')}.`,
    });
  }
  // With them, MongoDB may reject writes, including codes and sessions.
  const collections = await services.foreignValidators.find();
  if (collections.length > 0) {
    throw new ServiceUnavailableError({
      message: `Another program gave these collections its validators: ${collections.join(', ')}. Stop it, then restart this one.`,
    });
  }
}
