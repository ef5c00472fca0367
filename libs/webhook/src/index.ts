export { WebhookService } from './webhook-service.ts';
export { webhookModule } from './module.ts';

export type { WebhookServiceDependencies } from './webhook-service.ts';
export type {
  CreateWebhookEndpointParams,
  DisabledWebhookEndpoint,
  ListWebhookDeliveriesParams,
  QueuedWebhookDelivery,
  RotateWebhookSecretParams,
  UpdateWebhookEndpointParams,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookDeliveryParams,
  WebhookDeliveryStatus,
  WebhookDisabledReason,
  WebhookEndpoint,
  WebhookEndpointParams,
  WebhookEndpointState,
  WebhookEndpointWithSecret,
  WebhookSettings,
  WebhookStatistics,
} from './types.ts';

export {
  WebhookBadRequestError,
  WebhookDeliveryNotFoundError,
  WebhookEndpointDisabledError,
  WebhookEndpointLimitReachedError,
  WebhookEndpointNotFoundError,
  WebhookErrorCode,
  WebhookUrlNotPublicError,
} from './errors.ts';
