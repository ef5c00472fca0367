export { NotificationService } from './notification-service.ts';

export type { NotificationServiceDependencies } from './notification-service.ts';
export type {
  AccountNotificationPreferences,
  AccountNotificationPreferencesByAccountIdParams,
  CreateOrUpdateAccountNotificationPreferencesParams,
} from './types.ts';

export { AccountNotificationPreferencesNotFoundError, NotificationErrorCode } from './errors.ts';
