import { withoutCredentials } from '@org/core';
import { operationContextOf, type RouteHandler, type RouteHandlers } from '@org/core/rest-api';

import type { AdminService } from '../admin-service.ts';
import type { AdminModules } from '../types.ts';
import {
  changeBy,
  operationOn,
  readable,
  refusal,
  toIsoOrNull,
  toListBody,
  toPage,
} from './admin-view.ts';
import type { webhookRoutes } from './webhook-router.ts';

type Routes = typeof webhookRoutes;
type Webhooks = AdminModules['webhooks'];
type WebhookWithSecret = Awaited<ReturnType<Webhooks['createEndpoint']>>;
type Webhook = WebhookWithSecret['endpoint'];
type Delivery = Awaited<ReturnType<Webhooks['listDeliveries']>>['items'][number];

const resourceType = 'webhook_endpoints';

export class WebhookView implements RouteHandlers<Routes> {
  readonly #admin: AdminService;
  readonly #webhooks: Webhooks;

  constructor(admin: AdminService, webhooks: Webhooks) {
    this.#admin = admin;
    this.#webhooks = webhooks;
  }

  listWebhooks: RouteHandler<Routes['listWebhooks']> = async (request) => {
    const items = await this.#webhooks.listEndpoints(operationContextOf(request));
    return toListBody({ items, nextCursor: null }, toBody);
  };

  createWebhook: RouteHandler<Routes['createWebhook']> = async (request) => {
    const { url, events, description } = request.body;
    const parameters = { url: withoutCredentials(url), events, description };
    const operation = { name: 'webhooks.create', resourceType, parameters };
    const created = await changeBy(request, this.#admin, operation, (context) =>
      this.#webhooks.createEndpoint({ url, events, description }, context),
    );
    return toSecretBody(created);
  };

  updateWebhook: RouteHandler<Routes['updateWebhook']> = async (request) => {
    const { url, events, description } = request.body;
    if (url === undefined && events === undefined && description === undefined) {
      throw refusal('body', 'must have a url, events or a description');
    }
    const { resourceId: endpointId, operation } = changeOf(request.params.id, 'update', {
      ...(url === undefined ? {} : { url: withoutCredentials(url) }),
      events,
      description,
    });
    const updated = await changeBy(request, this.#admin, operation, (context) =>
      this.#webhooks.updateEndpoint({ endpointId, url, events, description }, context),
    );
    return toBody(updated);
  };

  enableWebhook: RouteHandler<Routes['enableWebhook']> = async (request) => {
    const { resourceId: endpointId, operation } = changeOf(request.params.id, 'enable');
    const stepwise = { ...operation, isStepwise: true };
    const enabled = await changeBy(request, this.#admin, stepwise, (context) =>
      this.#webhooks.enableEndpoint({ endpointId }, context),
    );
    return toBody(enabled);
  };

  disableWebhook: RouteHandler<Routes['disableWebhook']> = async (request) => {
    const { resourceId: endpointId, operation } = changeOf(request.params.id, 'disable');
    const disabled = await changeBy(request, this.#admin, operation, (context) =>
      this.#webhooks.disableEndpoint({ endpointId }, context),
    );
    return toBody(disabled);
  };

  removeWebhook: RouteHandler<Routes['removeWebhook']> = async (request) => {
    const { resourceId: endpointId, operation } = changeOf(request.params.id, 'remove');
    const stepwise = { ...operation, isStepwise: true };
    await changeBy(request, this.#admin, stepwise, (context) =>
      this.#webhooks.deleteEndpoint({ endpointId }, context),
    );
  };

  rotateWebhookSecret: RouteHandler<Routes['rotateWebhookSecret']> = async (request) => {
    const { now = false } = request.body;
    const { resourceId: endpointId, operation } = changeOf(request.params.id, 'rotate-secret', {
      now,
    });
    const overlap = now ? { overlapMilliseconds: 0 } : {};
    const rotated = await changeBy(request, this.#admin, operation, (context) =>
      this.#webhooks.rotateSecret({ endpointId, ...overlap }, context),
    );
    return toSecretBody(rotated);
  };

  testWebhook: RouteHandler<Routes['testWebhook']> = async (request) => {
    const { resourceId: endpointId, operation } = changeOf(request.params.id, 'send-test');
    const { deliveryId } = await changeBy(request, this.#admin, operation, (context) =>
      this.#webhooks.sendTestEvent({ endpointId }, context),
    );
    return { delivery_id: deliveryId };
  };

  listWebhookDeliveries: RouteHandler<Routes['listWebhookDeliveries']> = async (request) => {
    const asked = { endpointId: request.params.id, ...toPage(request.query) };
    const page = await this.#webhooks.listDeliveries(asked, operationContextOf(request));
    return toListBody(page, toDeliveryBody);
  };

  replayWebhookDelivery: RouteHandler<Routes['replayWebhookDelivery']> = async (request) => {
    const { resourceId: deliveryId, operation } = operationOn(
      { type: 'webhook_deliveries', id: request.params.id },
      'webhooks.replay',
    );
    await changeBy(request, this.#admin, operation, (context) =>
      this.#webhooks.replayDelivery({ deliveryId }, context),
    );
  };
}

function changeOf(id: string, what: string, parameters?: Readonly<Record<string, unknown>>) {
  return operationOn({ type: resourceType, id }, `webhooks.${what}`, parameters);
}

function toSecretBody({ endpoint, secret }: WebhookWithSecret) {
  return { webhook: toBody(endpoint), secret };
}

function toBody(endpoint: Webhook) {
  return {
    id: endpoint.id,
    url: endpoint.url,
    description: endpoint.description,
    events: [...endpoint.events],
    state: endpoint.state,
    disabled_reason: endpoint.disabledReason,
    disabled_at: toIsoOrNull(endpoint.disabledAt),
    failing_since: toIsoOrNull(endpoint.failingSince),
    previous_secret_valid_until: toIsoOrNull(endpoint.previousSecretValidUntil),
    created_at: endpoint.createdAt.toISOString(),
    updated_at: endpoint.updatedAt.toISOString(),
  };
}

function toDeliveryBody(delivery: Delivery) {
  return {
    id: delivery.id,
    event: delivery.event,
    status: delivery.status,
    attempts: readable.count(delivery.attempts),
    last_status: readable.countOrNull(delivery.lastStatus),
    last_error: delivery.lastError,
    created_at: delivery.createdAt.toISOString(),
    next_attempt_at: toIsoOrNull(delivery.nextAttemptAt),
    finished_at: toIsoOrNull(delivery.finishedAt),
  };
}
