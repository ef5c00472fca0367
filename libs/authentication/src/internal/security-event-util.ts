import type { AuditEvent } from '@org/core';

export function loginEvents(accountId: string, sessionId: string): readonly AuditEvent[] {
  return [
    sessionEvent(sessionId, 'session_created'),
    { resourceType: 'accounts', resourceId: accountId, action: 'authn_login_success' },
  ];
}

/** @param about whose credentials were tried, as far as known */
export function failedLoginEvent(
  about: Pick<AuditEvent, 'subjectDigest'> & { readonly accountId?: string | undefined },
): AuditEvent {
  const { accountId = '', ...subject } = about;
  return {
    resourceType: 'accounts',
    resourceId: accountId,
    ...subject,
    action: 'authn_login_fail',
    outcome: 'failure',
  };
}

/** The account proved itself again in a session that exists. */
export function renewedAuthenticationEvent(sessionId: string): AuditEvent {
  return sessionEvent(sessionId, 'authn_login_success');
}

/** It failed to. */
export function failedRenewalEvent(sessionId: string): AuditEvent {
  return { ...sessionEvent(sessionId, 'authn_login_fail'), outcome: 'failure' };
}

export function renewedSessionEvent(sessionId: string): AuditEvent {
  return sessionEvent(sessionId, 'session_renewed');
}

/** A code was created for a phone number or an address whose owner is not known yet. */
export function createdOtpEvent(
  code: Pick<AuditEvent, 'resourceId' | 'resourceType'>,
  subjectDigest: string,
): AuditEvent {
  return { ...code, action: 'authn_token_created', subjectDigest };
}

export function endedSessionEvent(sessionId: string): AuditEvent {
  return sessionEvent(sessionId, 'session_ended');
}

/** The owner disowned the session, by the link in the notice of a new device. */
export function reversedSessionEvent(sessionId: string): AuditEvent {
  return sessionEvent(sessionId, 'session_reversed');
}

/** An already exchanged refresh token was used again, so its session was ended. */
export function tokenReuseEvents(sessionId: string): readonly AuditEvent[] {
  return [
    { ...sessionEvent(sessionId, 'authn_token_reuse'), outcome: 'denied' },
    endedSessionEvent(sessionId),
  ];
}

/** The account that was tried too often. An id that no account can have is not recorded. */
export function aboutAccount(accountId: string): Partial<AuditEvent> {
  return /^[\da-f]{24}$/.test(accountId) ? { resourceType: 'accounts', resourceId: accountId } : {};
}

/** The session in which it was tried; likewise. */
export function aboutSession(sessionId: string): Partial<AuditEvent> {
  return /^[\da-f]{24}$/.test(sessionId) ? { resourceType: 'sessions', resourceId: sessionId } : {};
}

/** Something was tried too often; with the account or name concerned, if any. */
export function excessEvent(about: Partial<AuditEvent>): AuditEvent {
  return {
    resourceType: 'throttle_counters',
    resourceId: '',
    ...about,
    action: 'excess_rate_limit_exceeded',
    outcome: 'denied',
  };
}

function sessionEvent(resourceId: string, action: string): AuditEvent {
  return { resourceType: 'sessions', resourceId, action };
}
