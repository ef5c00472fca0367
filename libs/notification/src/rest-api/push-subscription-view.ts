import { operationContextOf, type RouteHandler, type RouteHandlers } from '@org/core/rest-api';
import type * as Type from 'typebox';

import type { NotificationService } from '../notification-service.ts';
import type { PushSubscription } from '../types.ts';
import type { pushSubscriptionRoutes } from './push-subscription-router.ts';
import type { PushSubscriptionReply } from './push-subscription-schema.ts';

type Routes = typeof pushSubscriptionRoutes;

export class PushSubscriptionView implements RouteHandlers<Routes> {
  readonly #notification: NotificationService;

  constructor(notification: NotificationService) {
    this.#notification = notification;
  }

  createPushSubscription: RouteHandler<Routes['createPushSubscription']> = async (request) => {
    const { endpoint, keys } = request.body;
    const subscription = await this.#notification.createPushSubscription(
      { accountId: request.params.account_id, endpoint, keys },
      operationContextOf(request),
    );
    return toBody(subscription);
  };

  getPushSubscriptions: RouteHandler<Routes['getPushSubscriptions']> = async (request) => {
    const subscriptions = await this.#notification.getPushSubscriptionsByAccountId(
      { accountId: request.params.account_id },
      operationContextOf(request),
    );
    return { items: subscriptions.map(toBody) };
  };

  deletePushSubscription: RouteHandler<Routes['deletePushSubscription']> = async (request) => {
    const { account_id: accountId, subscription_id: subscriptionId } = request.params;
    const context = operationContextOf(request);
    await this.#notification.deletePushSubscription({ accountId, subscriptionId }, context);
  };
}

function toBody({
  id,
  endpoint,
  createdAt,
}: PushSubscription): Type.Static<typeof PushSubscriptionReply> {
  return { id, endpoint, created_at: createdAt.toISOString() };
}
