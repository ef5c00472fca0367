import { defineRoute } from '@org/core/rest-api';
import * as Type from 'typebox';

import { AccountPath, EndSessionsQuery, SessionPath, SessionsReply } from './session-schema.ts';

const sessions = { tag: 'sessions', access: 'owner' } as const;
const ended = {
  status: 204,
  schema: Type.Null({ description: 'Ended, now or before.' }),
};

export const sessionRoutes = {
  getSessions: defineRoute({
    ...sessions,
    method: 'GET',
    path: '/accounts/:account_id/sessions',
    operationId: 'getSessions',
    summary: "List the account's live sessions, newest first",
    params: AccountPath,
    reply: { status: 200, schema: SessionsReply },
  }),
  deleteSessions: defineRoute({
    ...sessions,
    method: 'DELETE',
    path: '/accounts/:account_id/sessions',
    operationId: 'deleteSessions',
    summary: "End all of the account's sessions, or all but this one",
    params: AccountPath,
    query: EndSessionsQuery,
    reply: ended,
  }),
  deleteSession: defineRoute({
    ...sessions,
    method: 'DELETE',
    path: '/accounts/:account_id/sessions/:session_id',
    operationId: 'deleteSession',
    summary: "End one of the account's sessions",
    params: SessionPath,
    reply: ended,
  }),
};
