export {
  createEmailProvider,
  createPushProvider,
  createSmsProvider,
  NotificationService,
  topics,
} from './notification-service.ts';
export { DevelopmentOutboxService } from './development-outbox-service.ts';
export { notificationModule } from './module.ts';

export type {
  NotificationServiceDependencies,
  NotificationTopic,
  NotificationTopicData,
  NotificationTopicOf,
  NotificationTopics,
  SendEmailForAccountParams,
  SendForAccountParams,
  SendPushForAccountParams,
  SendSmsForAccountParams,
} from './notification-service.ts';
export type {
  DevelopmentOutboxServiceDependencies,
  OutboxPage,
  TemplatePreview,
} from './development-outbox-service.ts';
export type {
  EmailMessage,
  EmailProvider,
  EmailProviderSettings,
  MessageProvider,
  MessageProviders,
  PushMessage,
  PushProvider,
  SendGridSettings,
  SendOptions,
  SendReceipt,
  SmsMessage,
  SmsProvider,
  SmsProviderSettings,
  SmtpSettings,
  TwilioSettings,
  WebhookSettings,
  WebPushSettings,
} from './message-provider.ts';
export type { NoticeBudget } from './notice-budget.ts';
export type {
  AccountNotificationPreferences,
  AccountNotificationPreferencesByAccountIdParams,
  ChannelReport,
  CreateOrUpdateAccountNotificationPreferencesParams,
  CreatePushSubscriptionParams,
  DeadDelivery,
  DeadDeliveryPage,
  DeletePushSubscriptionParams,
  DeliveryPage,
  DeliveryPageParams,
  DeliveryPriority,
  DeliveryStatistics,
  DeliveryStatus,
  FailingDelivery,
  FailingDeliveryPage,
  ListDeadDeliveriesParams,
  ListFailingDeliveriesParams,
  NotificationCategory,
  NotificationChannel,
  NotificationSettings,
  NotificationTopicDefinition,
  OfAccount,
  OutboxMessage,
  PushSubscription,
  PushSubscriptionKeys,
  QueuedDelivery,
  ReplayDeadDeliveryParams,
  UnsentDelivery,
} from './types.ts';

export {
  AccountNotificationPreferencesNotFoundError,
  DeadDeliveryNotFoundError,
  NotificationBadRequestError,
  NotificationErrorCode,
  ProviderError,
} from './errors.ts';
export type { ProviderErrorOptions } from './errors.ts';

export { messageDelivered, messageFailed } from './events.ts';
export type { MessageDelivered, MessageFailed } from './events.ts';
