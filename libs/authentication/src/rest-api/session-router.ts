import { toCanonicalId } from '@org/core';
import { defineRoute, oneOf } from '@org/core/rest-api';
import type { FastifyRequest } from 'fastify';
import * as Type from 'typebox';

import { AccessTokenBadRequestError, BadLoginFormError } from '../errors.ts';
import { LOGIN_ERRORS, PROOF_ERRORS, sessionForms } from './access-token-router.ts';
import { verifiedSessionOf } from './session-guard.ts';
import {
  AccountPath,
  CurrentSessionReply,
  EmailCodeAgainForm,
  EndSessionsQuery,
  NewSessionReply,
  OtpAgainForm,
  PasswordAgainForm,
  SessionPath,
  SessionsReply,
} from './session-schema.ts';

export const authenticationForms = oneOf(
  {
    password: { hasAll: ['password'], schema: PasswordAgainForm, badRequest: BadLoginFormError },
    otp: { hasAll: ['otp_code'], schema: OtpAgainForm, badRequest: BadLoginFormError },
    emailCode: {
      hasAll: ['email_code'],
      schema: EmailCodeAgainForm,
      badRequest: BadLoginFormError,
    },
  },
  {
    badRequest: AccessTokenBadRequestError,
    noForm: 'The body must have password, otp_code or email_code.',
  },
);

/** Who logs out needs no proof: that ends nobody else's access. */
function endsAnotherSession(request: FastifyRequest): boolean {
  const { session_id: sessionId = '' } = request.params as { session_id?: string };
  return toCanonicalId(sessionId) !== verifiedSessionOf(request)?.sessionId;
}

const sessions = { tag: 'sessions', access: 'owner' } as const;
const current = { tag: 'sessions', access: 'account' } as const;
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
    recent: true,
    reply: ended,
    errors: [AccessTokenBadRequestError],
  }),
  deleteSession: defineRoute({
    ...sessions,
    method: 'DELETE',
    path: '/accounts/:account_id/sessions/:session_id',
    operationId: 'deleteSession',
    summary: "End one of the account's sessions",
    params: SessionPath,
    recent: endsAnotherSession,
    reply: ended,
  }),
  createSession: defineRoute({
    method: 'POST',
    path: '/sessions',
    operationId: 'createSession',
    summary: 'Log in with a password or a code, for a session by cookie',
    tag: 'sessions',
    access: 'anyone',
    fromOwnOrigin: true,
    body: sessionForms,
    reply: { status: 201, schema: NewSessionReply },
    errors: LOGIN_ERRORS,
  }),
  getCurrentSession: defineRoute({
    ...current,
    method: 'GET',
    path: '/sessions/current',
    operationId: 'getCurrentSession',
    summary: 'Read the session of this request, and when its account last authenticated',
    reply: { status: 200, schema: CurrentSessionReply },
  }),
  deleteCurrentSession: defineRoute({
    ...current,
    method: 'DELETE',
    path: '/sessions/current',
    operationId: 'deleteCurrentSession',
    summary: 'Log out: end the session of this request, and clear its cookie',
    reply: { status: 204, schema: Type.Null({ description: 'The session has ended.' }) },
  }),
  createAuthentication: defineRoute({
    ...current,
    method: 'POST',
    path: '/sessions/current/authentications',
    operationId: 'createAuthentication',
    summary: 'Authenticate again in this session, for routes that need it to be recent',
    body: authenticationForms,
    reply: { status: 200, schema: CurrentSessionReply },
    errors: PROOF_ERRORS,
  }),
};
