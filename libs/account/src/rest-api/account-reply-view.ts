import type * as Type from 'typebox';

import type { AccountExport, Account, AccountNotificationPreferences } from '../types.ts';
import type { AccountReply, NotificationPreferencesReply } from './account-reply-schema.ts';

export function toAccountBody(account: Account): Type.Static<typeof AccountReply> {
  const { phoneNumber } = account;
  return {
    id: account.id,
    first_name: account.firstName,
    last_name: account.lastName,
    username: account.username,
    phone_number: phoneNumber && {
      country_code: phoneNumber.countryCode,
      phone_number: phoneNumber.phoneNumber,
    },
    created_at: account.createdAt.toISOString(),
    updated_at: account.updatedAt.toISOString(),
  };
}

export function toPreferencesBody(
  preferences: AccountNotificationPreferences,
): Type.Static<typeof NotificationPreferencesReply> {
  return {
    account_id: preferences.accountId,
    email_enabled: preferences.emailEnabled,
    push_enabled: preferences.pushEnabled,
    sms_enabled: preferences.smsEnabled,
    created_at: preferences.createdAt.toISOString(),
    updated_at: preferences.updatedAt.toISOString(),
  };
}

/** The keys of this module come last, so that no other can take their place. */
export function toExportBody(exported: AccountExport): object {
  const { account, notification, authentication, auditRecords, others } = exported;
  return {
    ...others,
    account: toAccountBody(account),
    notification,
    authentication,
    audit_records: toRecordBodies(auditRecords),
  };
}

async function* toRecordBodies(
  pages: AccountExport['auditRecords'],
): AsyncGenerator<readonly object[], void, undefined> {
  for await (const records of pages) {
    yield records.map(({ resourceType, resourceId, action, outcome, changes, timestamp }) => ({
      resource_type: resourceType,
      resource_id: resourceId,
      action,
      outcome,
      changes,
      timestamp: timestamp.toISOString(),
    }));
  }
}
