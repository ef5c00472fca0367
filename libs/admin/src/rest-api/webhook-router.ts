import { defineRoute } from '@org/core/rest-api';

import { AdminBadRequestError } from '../errors.ts';
import { refusals } from '../admin-service.ts';
import { changing, reading } from './admin-router.ts';
import { IdPath, NothingReply, PageQuery, reasonBody } from './admin-schema.ts';
import {
  changedWebhookBody,
  newWebhookBody,
  rotationBody,
  WebhookDeliveryListReply,
  WebhookListReply,
  WebhookReply,
  WebhookSecretReply,
  WebhookTestReply,
} from './webhook-schema.ts';

const read = { ...reading, permission: 'webhooks.read' } as const;
const change = { ...changing, permission: 'webhooks.manage' } as const;
const changeOfOne = { ...change, params: IdPath, body: reasonBody } as const;

export const webhookRoutes = {
  listWebhooks: defineRoute({
    ...read,
    path: '/admin/webhooks',
    operationId: 'listWebhooks',
    summary: 'List all endpoints of other systems, the newest first',
    reply: { status: 200, schema: WebhookListReply },
  }),
  createWebhook: defineRoute({
    ...change,
    path: '/admin/webhooks',
    operationId: 'createWebhook',
    summary: 'Send events to a URL; shows the secret, once',
    body: newWebhookBody,
    reply: { status: 201, schema: WebhookSecretReply },
    errors: [AdminBadRequestError, ...refusals.newWebhook],
  }),
  updateWebhook: defineRoute({
    ...change,
    method: 'PATCH',
    path: '/admin/webhooks/:id',
    operationId: 'updateWebhook',
    summary: 'Change what is given',
    params: IdPath,
    body: changedWebhookBody,
    reply: { status: 200, schema: WebhookReply },
    errors: [AdminBadRequestError, ...refusals.changedWebhook],
  }),
  enableWebhook: defineRoute({
    ...changeOfOne,
    path: '/admin/webhooks/:id/enable',
    operationId: 'enableWebhook',
    summary: 'Send to an endpoint again',
    reply: { status: 200, schema: WebhookReply },
    errors: [AdminBadRequestError, ...refusals.webhook],
  }),
  disableWebhook: defineRoute({
    ...changeOfOne,
    path: '/admin/webhooks/:id/disable',
    operationId: 'disableWebhook',
    summary: 'Send nothing to an endpoint',
    reply: { status: 200, schema: WebhookReply },
    errors: [AdminBadRequestError, ...refusals.webhook],
  }),
  removeWebhook: defineRoute({
    ...changeOfOne,
    path: '/admin/webhooks/:id/remove',
    operationId: 'removeWebhook',
    summary: 'Remove an endpoint for good',
    reply: { status: 204, schema: NothingReply },
    errors: [AdminBadRequestError, ...refusals.webhook],
  }),
  rotateWebhookSecret: defineRoute({
    ...changeOfOne,
    path: '/admin/webhooks/:id/rotate-secret',
    operationId: 'rotateWebhookSecret',
    summary: 'Give an endpoint a new secret; shows it, once',
    body: rotationBody,
    reply: { status: 200, schema: WebhookSecretReply },
    errors: [AdminBadRequestError, ...refusals.webhook],
  }),
  testWebhook: defineRoute({
    ...changeOfOne,
    path: '/admin/webhooks/:id/send-test',
    operationId: 'testWebhook',
    summary: 'Send a webhook.test to an endpoint',
    reply: { status: 201, schema: WebhookTestReply },
    errors: [AdminBadRequestError, ...refusals.webhookTest],
  }),
  listWebhookDeliveries: defineRoute({
    ...read,
    path: '/admin/webhooks/:id/deliveries',
    operationId: 'listWebhookDeliveries',
    summary: 'List what was sent to an endpoint, the newest first',
    params: IdPath,
    query: PageQuery,
    reply: { status: 200, schema: WebhookDeliveryListReply },
    errors: [AdminBadRequestError, ...refusals.webhookDeliveryPage],
  }),
  replayWebhookDelivery: defineRoute({
    ...changeOfOne,
    path: '/admin/webhook-deliveries/:id/replay',
    operationId: 'replayWebhookDelivery',
    summary: 'Send a delivery that ended again',
    reply: { status: 204, schema: NothingReply },
    errors: [AdminBadRequestError, ...refusals.webhookDelivery],
  }),
};
