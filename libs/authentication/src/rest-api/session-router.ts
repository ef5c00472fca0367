import type { AccountGuard, RouteErrors } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import {
  deleteSessionSchema,
  deleteSessionsSchema,
  getSessionsSchema,
  type DeleteSessionRoute,
  type DeleteSessionsRoute,
  type GetSessionsRoute,
} from './session-schema.ts';
import type { SessionView } from './session-view.ts';

export interface SessionRoutesDependencies {
  readonly view: SessionView;
  readonly guard: AccountGuard;
}

const errors: RouteErrors = {
  401: [
    'ACCESS_TOKEN_ERR_01',
    'ACCESS_TOKEN_ERR_02',
    'ACCESS_TOKEN_ERR_03',
    'ACCESS_TOKEN_ERR_04',
    'ACCESS_TOKEN_ERR_05',
  ],
};

export function registerSessionRoutes(
  app: FastifyInstance,
  { view, guard }: SessionRoutesDependencies,
): void {
  const options = { onRequest: guard, config: { errors } };
  app.get<GetSessionsRoute>(
    '/accounts/:account_id/sessions',
    { ...options, schema: getSessionsSchema },
    view.getSessions,
  );
  app.delete<DeleteSessionsRoute>(
    '/accounts/:account_id/sessions',
    { ...options, schema: deleteSessionsSchema },
    view.deleteSessions,
  );
  app.delete<DeleteSessionRoute>(
    '/accounts/:account_id/sessions/:session_id',
    { ...options, schema: deleteSessionSchema },
    view.deleteSession,
  );
}
