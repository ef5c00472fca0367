import { OperationContext, ServiceUnavailableError } from '@org/core';
import type { Database, IndexConflict } from '@org/core/store';
import type { FastifyInstance } from 'fastify';
import * as Type from 'typebox';

import type { Services } from './composition-root.ts';
import type { ForeignValidators } from './foreign-validators.ts';
import type { Readiness } from './readiness.ts';
import type { SecretWatch } from './secret-watch.ts';

export interface HealthDependencies {
  readonly database: Database;
  readonly readiness: Readiness;
  /** Unique indexes that could not be built, listed by readiness. */
  readonly indexConflicts: () => readonly IndexConflict[];
  readonly foreignValidators: Pick<ForeignValidators, 'find'>;
  /** Names secrets that the process needs to serve requests but cannot read. */
  readonly unreadableSecrets: (context: OperationContext) => Promise<readonly string[]>;
  /** Knows how much else it cannot read and therefore omits from its answers. */
  readonly secretWatch: Pick<SecretWatch, 'unreadable'>;
}

/** The services that readiness checks. */
export function healthSources({
  authentication,
  indexConflicts,
  foreignValidators,
  secretWatch,
}: Pick<Services, 'authentication' | 'indexConflicts' | 'foreignValidators' | 'secretWatch'>) {
  return {
    indexConflicts,
    foreignValidators,
    secretWatch,
    unreadableSecrets: (context: OperationContext) => authentication.getUnreadableSecrets(context),
  };
}

/**
 * `/health/live`: the process responds. `/health/ready`: it can serve requests, MongoDB included.
 * Readiness lists colliding documents, which are served as they are, and unreadable ones, which are
 * omitted.
 */
export function registerHealthRoutes(app: FastifyInstance, dependencies: HealthDependencies): void {
  const { database, readiness, indexConflicts, foreignValidators, secretWatch } = dependencies;
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
    await assertSecretsReadable(dependencies);
    await assertNoForeignValidators(foreignValidators);
    return {
      status: 'ready',
      ...describeConflicts(indexConflicts()),
      ...describeUnreadable(secretWatch.unreadable),
    };
  });
}

/** Requests are served with what was read earlier, but the next process would not even start. */
async function assertSecretsReadable({ unreadableSecrets }: HealthDependencies): Promise<void> {
  const unreadable = await unreadableSecrets(OperationContext.anonymous('health'));
  if (unreadable.length > 0) {
    throw new ServiceUnavailableError({
      message: `This process has no secret key that reads: ${unreadable.join(', ')}.`,
    });
  }
}

/** With them, MongoDB may reject writes, including codes and sessions. */
async function assertNoForeignValidators(
  foreignValidators: HealthDependencies['foreignValidators'],
): Promise<void> {
  const collections = await foreignValidators.find();
  if (collections.length > 0) {
    throw new ServiceUnavailableError({
      message: `Another program gave these collections its validators: ${collections.join(', ')}. Stop it, then restart this one.`,
    });
  }
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

function describeUnreadable(found: SecretWatch['unreadable']): object {
  if (found.length === 0) {
    return {};
  }
  return {
    unreadable_secrets: found.map(({ collectionName, unreadable }) => ({
      collection: collectionName,
      documents: unreadable,
    })),
  };
}
