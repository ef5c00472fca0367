import { operationContextOf } from '@org/core/rest-api';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { NotificationService } from '../notification-service.ts';
import type { PushSubscription } from '../types.ts';
import type {
  CreatePushSubscriptionRoute,
  DeletePushSubscriptionRoute,
  GetPushSubscriptionsRoute,
  PushSubscriptionBody,
  PushSubscriptionListBody,
} from './push-subscription-schema.ts';

export class PushSubscriptionView {
  readonly #notification: NotificationService;

  constructor(notification: NotificationService) {
    this.#notification = notification;
  }

  createPushSubscription = async (
    request: FastifyRequest<CreatePushSubscriptionRoute>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { endpoint, keys } = request.body;
    const subscription = await this.#notification.createPushSubscription(
      { accountId: request.params.account_id, endpoint, keys },
      operationContextOf(request),
    );
    return reply.code(201).send(toBody(subscription));
  };

  getPushSubscriptions = async (
    request: FastifyRequest<GetPushSubscriptionsRoute>,
  ): Promise<PushSubscriptionListBody> => {
    const subscriptions = await this.#notification.getPushSubscriptionsByAccountId(
      { accountId: request.params.account_id },
      operationContextOf(request),
    );
    return { items: subscriptions.map(toBody) };
  };

  deletePushSubscription = async (
    request: FastifyRequest<DeletePushSubscriptionRoute>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { account_id: accountId, subscription_id: subscriptionId } = request.params;
    const context = operationContextOf(request);
    await this.#notification.deletePushSubscription({ accountId, subscriptionId }, context);
    return reply.code(204).send();
  };
}

function toBody({ id, endpoint, createdAt }: PushSubscription): PushSubscriptionBody {
  return { id, endpoint, created_at: createdAt.toISOString() };
}
