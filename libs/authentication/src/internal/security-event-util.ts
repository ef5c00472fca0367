import type { AuditEvent } from '@org/core';

/** Collections that the events are about. */
const SESSIONS = 'sessions';
const ACCOUNTS = 'accounts';
const OTPS = 'otps';
const THROTTLE_COUNTERS = 'throttle_counters';

/** The credentials were correct, and a session was started. */
export function loginEvents(accountId: string, sessionId: string): readonly AuditEvent[] {
  return [
    { resourceType: SESSIONS, resourceId: sessionId, action: 'session_created' },
    { resourceType: ACCOUNTS, resourceId: accountId, action: 'authn_login_success' },
  ];
}

/**
 * Wrong credentials.
 *
 * @param about whose credentials were tried, as far as known: a digest of the name, or the account
 */
export function failedLoginEvent(
  about: Pick<AuditEvent, 'subjectDigest'> & { readonly accountId?: string | undefined },
): AuditEvent {
  const { subjectDigest, accountId = '' } = about;
  return {
    resourceType: ACCOUNTS,
    resourceId: accountId,
    ...(subjectDigest === undefined ? {} : { subjectDigest }),
    action: 'authn_login_fail',
    outcome: 'failure',
  };
}

/** A refresh token was exchanged for its successor. */
export function renewedSessionEvents(sessionId: string): readonly AuditEvent[] {
  return [{ resourceType: SESSIONS, resourceId: sessionId, action: 'session_renewed' }];
}

/** A code was created for a phone number whose owner is not known yet. */
export function createdOtpEvents(otpId: string, subjectDigest: string): readonly AuditEvent[] {
  return [{ resourceType: OTPS, resourceId: otpId, action: 'authn_token_created', subjectDigest }];
}

export function endedSessionEvents(sessionIds: readonly string[]): readonly AuditEvent[] {
  return sessionIds.map((resourceId) => ({
    resourceType: SESSIONS,
    resourceId,
    action: 'session_ended',
  }));
}

/** An already exchanged refresh token was used again, so its session was ended. */
export function tokenReuseEvents(sessionId: string): readonly AuditEvent[] {
  return [
    {
      resourceType: SESSIONS,
      resourceId: sessionId,
      action: 'authn_token_reuse',
      outcome: 'denied',
    },
    ...endedSessionEvents([sessionId]),
  ];
}

/** The account that was tried too often. An id that no account can have is not recorded. */
export function aboutAccount(accountId: string): Partial<AuditEvent> {
  return /^[\da-f]{24}$/.test(accountId) ? { resourceType: ACCOUNTS, resourceId: accountId } : {};
}

/** Something was tried too often; with the account or name concerned, if any. */
export function excessEvent(about: Partial<AuditEvent>): AuditEvent {
  return {
    resourceType: THROTTLE_COUNTERS,
    resourceId: '',
    ...about,
    action: 'excess_rate_limit_exceeded',
    outcome: 'denied',
  };
}
