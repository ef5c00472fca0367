import { ServiceUnavailableError } from '@org/core';
import { toErrorAnswer } from '@org/core/rest-api';
import type { FastifyInstance, FastifyReply } from 'fastify';
import * as Type from 'typebox';

import type { ProgramBackend } from './backend.ts';
import type { Readiness } from './readiness.ts';

/** What readiness asks. */
export interface HealthOptions {
  readonly readiness: Readiness;
  readonly backend: Pick<ProgramBackend, 'checkHealth'>;
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
      identities: Type.Optional(
        Type.Object({
          accounts_seen: Type.Integer(),
          accounts_total: Type.Integer(),
          passed_at: Type.Union([Type.String(), Type.Null()]),
        }),
      ),
    }),
  },
};

/**
 * `/health/live`: the process responds. `/health/ready`: it can serve requests, MongoDB included.
 * Readiness lists colliding documents, which are served as they are, unreadable ones, which are
 * omitted, and how far earlier accounts have identities.
 */
export function registerHealthRoutes(
  app: FastifyInstance,
  { readiness, backend }: HealthOptions,
): void {
  app.get('/health/live', { schema: liveSchema }, async () => ({ status: 'live' }));
  app.get('/health/ready', { schema: readySchema }, async (request, reply) => {
    if (!readiness.isReady) {
      // Not thrown: every rollout has such probes, and they are no failure to log.
      const message = 'The program is starting or stopping.';
      const answer = toErrorAnswer(new ServiceUnavailableError({ message }), request);
      return (reply as FastifyReply).code(503).headers(answer.headers).send(answer.body);
    }
    const { indexConflicts, unreadableSecrets, identityProgress } = await backend.checkHealth();
    const conflicts = indexConflicts.map((conflict) => ({
      collection: conflict.collectionName,
      index: conflict.indexName,
      conflicting_ids: conflict.conflictingIds,
    }));
    const unreadable = unreadableSecrets.map((found) => ({
      collection: found.collectionName,
      documents: found.unreadable,
    }));
    return {
      status: 'ready',
      ...(conflicts.length > 0 && { index_conflicts: conflicts }),
      ...(unreadable.length > 0 && { unreadable_secrets: unreadable }),
      ...(identityProgress && {
        identities: {
          accounts_seen: identityProgress.accountsSeen,
          accounts_total: identityProgress.accountsTotal,
          passed_at: identityProgress.passedAt?.toISOString() ?? null,
        },
      }),
    };
  });
}
