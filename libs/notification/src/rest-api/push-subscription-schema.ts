import type { BadRequestErrorFactory } from '@org/core/rest-api';
import * as Type from 'typebox';

import { NotificationBadRequestError } from '../errors.ts';

const ENDPOINT_EXAMPLE = 'https://updates.push.services.mozilla.com/wpush/v2/gAAAAABk';
const TAGS = ['Push subscriptions'];

const PushSubscriptionForm = Type.Object(
  {
    endpoint: Type.String(),
    keys: Type.Object({ p256dh: Type.String(), auth: Type.String() }),
  },
  {
    examples: [
      {
        endpoint: ENDPOINT_EXAMPLE,
        keys: {
          p256dh:
            'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
          auth: 'BTBZMqHH6r4Tts7J_aSIgg',
        },
      },
    ],
  },
);

const PushSubscriptionReply = Type.Object(
  {
    id: Type.String(),
    endpoint: Type.String(),
    created_at: Type.String({ format: 'date-time' }),
  },
  {
    examples: [
      {
        id: '64b000000000000000000001',
        endpoint: ENDPOINT_EXAMPLE,
        created_at: '2026-01-01T00:00:00.000Z',
      },
    ],
  },
);

const PushSubscriptionList = Type.Object({ items: Type.Array(PushSubscriptionReply) });

const AccountPath = Type.Object({ account_id: Type.String() });
const PushSubscriptionPath = Type.Object({
  account_id: Type.String(),
  subscription_id: Type.String(),
});

export type PushSubscriptionBody = Type.Static<typeof PushSubscriptionReply>;
export type PushSubscriptionListBody = Type.Static<typeof PushSubscriptionList>;

export interface CreatePushSubscriptionRoute {
  Params: Type.Static<typeof AccountPath>;
  Body: Type.Static<typeof PushSubscriptionForm>;
}

export interface GetPushSubscriptionsRoute {
  Params: Type.Static<typeof AccountPath>;
}

export interface DeletePushSubscriptionRoute {
  Params: Type.Static<typeof PushSubscriptionPath>;
}

export const badRequest: BadRequestErrorFactory = (message, details) =>
  new NotificationBadRequestError(message, details);

export const createPushSubscriptionSchema = {
  operationId: 'createPushSubscription',
  summary: 'Subscribe a browser to push messages, or renew its subscription',
  tags: TAGS,
  params: AccountPath,
  body: PushSubscriptionForm,
  response: { 201: PushSubscriptionReply },
};

export const getPushSubscriptionsSchema = {
  operationId: 'getPushSubscriptions',
  summary: 'List the subscribed browsers',
  tags: TAGS,
  params: AccountPath,
  response: { 200: PushSubscriptionList },
};

export const deletePushSubscriptionSchema = {
  operationId: 'deletePushSubscription',
  summary: 'End the subscription of a browser; an unknown one is ended already',
  tags: TAGS,
  params: PushSubscriptionPath,
  response: { 204: Type.Null() },
};
