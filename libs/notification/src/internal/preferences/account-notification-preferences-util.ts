import type { AccountNotificationPreferences } from '../../types.ts';
import { AccountNotificationPreferencesModel } from './store/account-notification-preferences-model.ts';

export function convertPreferencesBsonToPreferences(bson: object): AccountNotificationPreferences {
  const { accountId, emailEnabled, pushEnabled, smsEnabled, createdAt, updatedAt } =
    AccountNotificationPreferencesModel.fromBson(bson);
  return { accountId, emailEnabled, pushEnabled, smsEnabled, createdAt, updatedAt };
}

/** As in a personal-data export: names as on the wire. */
export function exportPreferences({
  emailEnabled,
  pushEnabled,
  smsEnabled,
  createdAt,
  updatedAt,
}: AccountNotificationPreferences): object {
  return {
    email_enabled: emailEnabled,
    push_enabled: pushEnabled,
    sms_enabled: smsEnabled,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  };
}
