import type { AccountNotificationPreferences, PushSubscription } from '../types.ts';

/** As a personal-data export shows them: names as on the wire. */
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

/** As a personal-data export shows it: names as on the wire. */
export function exportPushSubscription({ id, endpoint, createdAt }: PushSubscription): object {
  return { id, endpoint, created_at: createdAt.toISOString() };
}
