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
