import { defineRoute, oneOf } from '@org/core/rest-api';
import * as Type from 'typebox';

import { NotificationBadRequestError } from '../errors.ts';
import {
  AccountPath,
  PushSubscriptionForm,
  PushSubscriptionList,
  PushSubscriptionPath,
  PushSubscriptionReply,
} from './push-subscription-schema.ts';

const pushSubscriptions = { tag: 'Push subscriptions', access: 'owner' } as const;

export const pushSubscriptionRoutes = {
  createPushSubscription: defineRoute({
    ...pushSubscriptions,
    method: 'POST',
    path: '/accounts/:account_id/push-subscriptions',
    operationId: 'createPushSubscription',
    summary: 'Subscribe a browser to push messages, or renew its subscription',
    params: AccountPath,
    body: oneOf(
      { subscription: { schema: PushSubscriptionForm } },
      { badRequest: NotificationBadRequestError },
    ),
    reply: { status: 201, schema: PushSubscriptionReply },
    errors: [NotificationBadRequestError],
  }),
  getPushSubscriptions: defineRoute({
    ...pushSubscriptions,
    method: 'GET',
    path: '/accounts/:account_id/push-subscriptions',
    operationId: 'getPushSubscriptions',
    summary: 'List the subscribed browsers',
    params: AccountPath,
    reply: { status: 200, schema: PushSubscriptionList },
  }),
  deletePushSubscription: defineRoute({
    ...pushSubscriptions,
    method: 'DELETE',
    path: '/accounts/:account_id/push-subscriptions/:subscription_id',
    operationId: 'deletePushSubscription',
    summary: 'End the subscription of a browser; an unknown one is ended already',
    params: PushSubscriptionPath,
    reply: { status: 204, schema: Type.Null() },
  }),
};
