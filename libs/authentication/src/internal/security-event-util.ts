import type { AuditEvent } from '@org/core';

/** Names of the collections that the events are about. */
const SESSIONS = 'sessions';
const ACCOUNTS = 'accounts';
const OTPS = 'otps';
const THROTTLE_COUNTERS = 'throttle_counters';

/** Somebody proved who they are, and acts in this session from now on. */
export function describeLogin(accountId: string, sessionId: string): readonly AuditEvent[] {
  return [
    { resourceType: SESSIONS, resourceId: sessionId, action: 'session_created' },
    { resourceType: ACCOUNTS, resourceId: accountId, action: 'authn_login_success' },
  ];
}

/** Credentials that prove nothing. Whose they were meant to be is not known. */
export function describeFailedLogin(): AuditEvent {
  return {
    resourceType: ACCOUNTS,
    resourceId: '',
    action: 'authn_login_fail',
    outcome: 'failure',
  };
}

/** A refresh token was exchanged for its successor. */
export function describeRenewedSession(sessionId: string): readonly AuditEvent[] {
  return [{ resourceType: SESSIONS, resourceId: sessionId, action: 'session_renewed' }];
}

/** A code was made for a phone number, whose owner is not known yet. */
export function describeCreatedOtp(otpId: string): readonly AuditEvent[] {
  return [{ resourceType: OTPS, resourceId: otpId, action: 'authn_token_created' }];
}

export function describeEndedSessions(sessionIds: readonly string[]): readonly AuditEvent[] {
  return sessionIds.map((resourceId) => ({
    resourceType: SESSIONS,
    resourceId,
    action: 'session_ended',
  }));
}

/** An exchanged refresh token came back; its session ended for it. */
export function describeTokenReuse(sessionId: string): readonly AuditEvent[] {
  return [
    {
      resourceType: SESSIONS,
      resourceId: sessionId,
      action: 'authn_token_reuse',
      outcome: 'denied',
    },
    ...describeEndedSessions([sessionId]),
  ];
}

/** Something was tried too often. */
export function describeExcess(): AuditEvent {
  return {
    resourceType: THROTTLE_COUNTERS,
    resourceId: '',
    action: 'excess_rate_limit_exceeded',
    outcome: 'denied',
  };
}
