import type { AccountNotificationPreferences } from '../../types.ts';
import { AccountNotificationPreferencesModel } from './store/account-notification-preferences-model.ts';

/** @throws MalformedDocumentError when the document is not one of preferences */
export function convertPreferencesBsonToPreferences(bson: object): AccountNotificationPreferences {
  const { accountId, emailEnabled, pushEnabled, smsEnabled, createdAt, updatedAt } =
    AccountNotificationPreferencesModel.fromBson(bson);
  return { accountId, emailEnabled, pushEnabled, smsEnabled, createdAt, updatedAt };
}
