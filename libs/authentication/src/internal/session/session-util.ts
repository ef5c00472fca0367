import type { OperationContext } from '@org/core';

import type { CurrentSession, Session, SessionOrigin } from '../../types.ts';
import type { ResolvedSettings } from '../authentication-settings.ts';
import { describeDevice } from './device-util.ts';
import { formatRefreshToken } from './refresh-token-util.ts';
import { SessionModel, type SessionDocument } from './store/session-model.ts';

/** A stored session; services import no model. */
export type StoredSession = SessionModel;

/** A session and its next refresh token. */
export interface RefreshableSession {
  readonly sessionId: string;
  readonly accountId: string;
  readonly startedAt: Date;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: Date;
}

const MAXIMUM_USER_AGENT_LENGTH = 512;
/** How long the previous token is still accepted from a client that missed the answer. */
const REPLAY_MILLISECONDS = 30_000;

export function convertSessionBsonToSession(bson: object, currentSessionId?: string): Session {
  const { id, createdAt, lastUsedAt, userAgent, ip } = SessionModel.fromBson(bson);
  const isCurrent = id === currentSessionId;
  return { id, createdAt, lastUsedAt, userAgent, ...describeDevice(userAgent), ip, isCurrent };
}

export function toCurrentSession(session: SessionModel): CurrentSession {
  const { accountId, id: sessionId, expiresAt, authenticatedAt, authenticatedBy } = session;
  const by = authenticatedBy === '' ? null : authenticatedBy;
  return { accountId, sessionId, expiresAt, authenticatedAt, authenticatedBy: by };
}

/** @param secret of the session's current generation */
export function toRefreshableSession(session: SessionModel, secret: string): RefreshableSession {
  const { id: sessionId, accountId, createdAt: startedAt, generation, expiresAt } = session;
  return {
    sessionId,
    accountId,
    startedAt,
    refreshToken: formatRefreshToken({ sessionId, generation, secret }),
    refreshTokenExpiresAt: expiresAt,
  };
}

/** Fields to set when a session is used. */
export function toUseFields(
  { userAgent, ip }: SessionOrigin,
  { now, absoluteExpiresAt }: { readonly now: Date; readonly absoluteExpiresAt: Date },
  { sessionInactivityTimeToLiveMilliseconds: lifetime }: ResolvedSettings,
): Pick<SessionDocument, 'user_agent' | 'ip' | 'last_used_at' | 'expires_at'> {
  const inactiveAt = now.getTime() + lifetime;
  return {
    user_agent: userAgent.slice(0, MAXIMUM_USER_AGENT_LENGTH),
    ip,
    last_used_at: now,
    expires_at: new Date(Math.min(inactiveAt, absoluteExpiresAt.getTime())),
  };
}

export function isAlive(session: SessionModel, now: Date): boolean {
  return session.revokedAt === null && session.expiresAt > now && session.absoluteExpiresAt > now;
}

/** Matches the sessions for which {@link isAlive} is true. */
export function whereAlive(now: Date) {
  return { revoked_at: null, expires_at: { $gt: now }, absolute_expires_at: { $gt: now } };
}

/**
 * Whether a token of this generation is the session's direct predecessor, exchanged less than 30
 * seconds ago.
 */
export function isReplay(session: SessionModel, generation: number, now: Date): boolean {
  const sinceRotation = now.getTime() - (session.rotatedAt?.getTime() ?? -Infinity);
  return generation === session.generation - 1 && sinceRotation <= REPLAY_MILLISECONDS;
}

/** The bearer of a session's token acts for its account, whatever the outcome of the request. */
export function asOwner({ accountId }: SessionModel, context: OperationContext): OperationContext {
  return context.withoutTransaction().withActor({ type: 'account', id: accountId });
}

/** What a session's owner is told about it. */
export function exportSession(session: SessionModel): Record<string, unknown> {
  return {
    id: session.id,
    created_at: session.createdAt,
    last_used_at: session.lastUsedAt,
    user_agent: session.userAgent,
    ...describeDevice(session.userAgent),
    ip: session.ip,
    expires_at: session.expiresAt,
    revoked_at: session.revokedAt,
    reversed_at: session.reversedAt,
    authenticated_at: session.authenticatedAt,
    authenticated_by: session.authenticatedBy === '' ? null : session.authenticatedBy,
  };
}
