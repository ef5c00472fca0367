import type { AccountNotificationPreferences, NotificationChannel } from '../../types.ts';
import { AccountNotificationPreferencesModel } from './store/account-notification-preferences-model.ts';

export function convertPreferencesBsonToPreferences(bson: object): AccountNotificationPreferences {
  const { topics, ...preferences } = AccountNotificationPreferencesModel.fromBson(bson);
  const { accountId, emailEnabled, pushEnabled, smsEnabled, createdAt, updatedAt } = preferences;
  const flags = { emailEnabled, pushEnabled, smsEnabled };
  const chosen = topics === undefined ? {} : { topics };
  return { accountId, ...flags, ...chosen, createdAt, updatedAt };
}

/** As in a personal-data export: names as on the wire. */
export function exportPreferences({
  emailEnabled,
  pushEnabled,
  smsEnabled,
  topics,
  createdAt,
  updatedAt,
}: AccountNotificationPreferences): object {
  return {
    email_enabled: emailEnabled,
    push_enabled: pushEnabled,
    sms_enabled: smsEnabled,
    ...(topics === undefined ? {} : { topics }),
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  };
}

/** Whether an account wants a topic's messages on a channel. Without preferences, it wants all. */
export function wants(
  preferences: AccountNotificationPreferences | undefined,
  { channel, topic }: { readonly channel: NotificationChannel; readonly topic: string },
): boolean {
  if (preferences === undefined) {
    return true;
  }
  const enabled: Readonly<Record<NotificationChannel, boolean>> = {
    email: preferences.emailEnabled,
    push: preferences.pushEnabled,
    sms: preferences.smsEnabled,
  };
  return enabled[channel] && preferences.topics?.[topic]?.[channel] !== false;
}
