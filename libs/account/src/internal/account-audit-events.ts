import type { AuditEvent } from '@org/core';

import { AccountModel } from './store/account-model.ts';

// Audit events besides the changes that the repositories record.

export function passwordChanged(accountId: string): AuditEvent {
  return eventOf(accountId, 'authn_password_change');
}

/** The current password, or the reset token, was wrong. */
export function passwordChangeRefused(accountId: string): AuditEvent {
  return { ...passwordChanged(accountId), outcome: 'failure' };
}

/** The code for a new contact was wrong or no longer good. */
export function contactChangeRefused(accountId: string): AuditEvent {
  return { ...eventOf(accountId, 'authn_contact_change'), outcome: 'failure' };
}

/** The token of a former contact was forged or no longer good: whose it might be is not known. */
export const contactReversalRefused: AuditEvent = {
  ...eventOf('', 'authn_contact_reversal'),
  outcome: 'failure',
};

/** Likewise, the token in the notice of a new device. */
export const sessionReversalRefused: AuditEvent = {
  resourceType: 'sessions',
  resourceId: '',
  action: 'session_reversed',
  outcome: 'failure',
};

export function passwordRehashed(accountId: string): AuditEvent {
  return eventOf(accountId, 'authn_password_rehash');
}

/** @param subjectDigest of the submitted username: whether an account has it is not known */
export function passwordResetRequested(subjectDigest: string): AuditEvent {
  return {
    resourceType: 'password_reset_tokens',
    resourceId: '',
    action: 'authn_password_reset_requested',
    subjectDigest,
  };
}

function eventOf(accountId: string, action: string): AuditEvent {
  return { resourceType: AccountModel.getCollectionName(), resourceId: accountId, action };
}
