import type { OperationContext } from '@org/core';

import type { CurrentSession, Session, SessionOrigin } from '../../types.ts';
import type { ResolvedSettings } from '../authentication-settings.ts';
import { describeDevice } from './device-util.ts';
import type { LiveCookie, LiveSession } from './session-liveness-cache.ts';
import { formatSessionToken } from './session-token-util.ts';
import { SessionModel, type SessionDocument } from './store/session-model.ts';

/** A stored session; services import no model. */
export type StoredSession = SessionModel;

/** A session, and what its client presents next: a refresh token or a cookie. */
export interface IssuedSession {
  readonly sessionId: string;
  readonly accountId: string;
  readonly startedAt: Date;
  readonly value: string;
  readonly expiresAt: Date;
}

export const MAXIMUM_USER_AGENT_LENGTH = 512;
/** How long the previous value is still accepted from a client that missed the answer. */
const REPLAY_MILLISECONDS = 30_000;
const LONGEST_PROLONGATION_INTERVAL_MILLISECONDS = 60 * 60_000;

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

/** @param claims of a session by cookie */
export function toLiveSession(
  session: SessionDocument,
  claims: LiveCookie['claims'] = {},
): LiveSession {
  const { account_id: accountId, created_at: createdAt, transport } = session;
  const { authenticated_at: authenticatedAt = createdAt } = session;
  const cookie: LiveCookie | undefined =
    transport === 'cookie'
      ? {
          generation: session.generation,
          currentHash: session.current_hash,
          previousHash: session.previous_hash,
          rotatedAt: session.rotated_at,
          lastUsedAt: session.last_used_at,
          absoluteExpiresAt: session.absolute_expires_at,
          claims,
        }
      : undefined;
  return { accountId, authenticatedAt, cookie };
}

/** @param secret of the session's current generation */
export function toIssuedSession(session: SessionModel, secret: string): IssuedSession {
  const { id: sessionId, accountId, createdAt: startedAt, generation, expiresAt } = session;
  return {
    sessionId,
    accountId,
    startedAt,
    value: formatSessionToken({ sessionId, generation, secret }),
    expiresAt,
  };
}

/** How long a session by cookie goes unused before its next request makes it live longer. */
export function prolongationInterval({
  sessionInactivityTimeToLiveMilliseconds: lifetime,
}: ResolvedSettings): number {
  return Math.min(LONGEST_PROLONGATION_INTERVAL_MILLISECONDS, lifetime / 2);
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

/** Matches the sessions of this epoch of their accounts. */
export function whereRenewable(accountId: string, epoch = 0, now: Date) {
  const isOfEpoch = { $expr: { $eq: [{ $ifNull: ['$epoch', 0] }, epoch] } };
  return { account_id: accountId, ...whereAlive(now), ...isOfEpoch };
}

/**
 * Whether a token or cookie of this generation is the session's direct predecessor, replaced less
 * than 30 seconds ago.
 */
export function isReplay(
  session: Pick<SessionModel, 'generation' | 'rotatedAt'>,
  generation: number,
  now: Date,
): boolean {
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
    transport: session.transport,
  };
}
