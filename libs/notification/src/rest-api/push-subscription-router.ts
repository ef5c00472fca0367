import type { AccountGuard, RouteErrors } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import {
  createPushSubscriptionSchema,
  deletePushSubscriptionSchema,
  getPushSubscriptionsSchema,
  type CreatePushSubscriptionRoute,
  type DeletePushSubscriptionRoute,
  type GetPushSubscriptionsRoute,
} from './push-subscription-schema.ts';
import type { PushSubscriptionView } from './push-subscription-view.ts';

export interface PushSubscriptionRoutesDependencies {
  readonly view: PushSubscriptionView;
  readonly guard: AccountGuard;
}

const UNAUTHORIZED: RouteErrors = {
  401: [
    'ACCESS_TOKEN_ERR_01',
    'ACCESS_TOKEN_ERR_02',
    'ACCESS_TOKEN_ERR_03',
    'ACCESS_TOKEN_ERR_04',
    'ACCESS_TOKEN_ERR_05',
  ],
};

export function registerPushSubscriptionRoutes(
  app: FastifyInstance,
  { view, guard }: PushSubscriptionRoutesDependencies,
): void {
  app.post<CreatePushSubscriptionRoute>(
    '/accounts/:account_id/push-subscriptions',
    {
      schema: createPushSubscriptionSchema,
      onRequest: guard,
      config: { errors: { 400: ['NOTIFICATION_ERR_02'], ...UNAUTHORIZED } },
    },
    view.createPushSubscription,
  );
  app.get<GetPushSubscriptionsRoute>(
    '/accounts/:account_id/push-subscriptions',
    { schema: getPushSubscriptionsSchema, onRequest: guard, config: { errors: UNAUTHORIZED } },
    view.getPushSubscriptions,
  );
  app.delete<DeletePushSubscriptionRoute>(
    '/accounts/:account_id/push-subscriptions/:subscription_id',
    { schema: deletePushSubscriptionSchema, onRequest: guard, config: { errors: UNAUTHORIZED } },
    view.deletePushSubscription,
  );
}
