import * as Type from 'typebox';

import { changeBody, DateTime, DateTimeOrNull, listOf, TextOrNull } from './admin-schema.ts';

const Webhook = Type.Object({
  id: Type.String(),
  url: Type.String(),
  description: Type.String(),
  events: Type.Array(Type.String()),
  state: Type.String({ description: 'enabled or disabled' }),
  disabled_reason: TextOrNull,
  disabled_at: DateTimeOrNull,
  failing_since: DateTimeOrNull,
  previous_secret_valid_until: DateTimeOrNull,
  created_at: DateTime,
  updated_at: DateTime,
});

export const WebhookReply = Webhook;
export const WebhookListReply = listOf(Webhook);
export const WebhookSecretReply = Type.Object({
  webhook: Webhook,
  secret: Type.String({ description: 'Not shown again' }),
});
export const WebhookDeliveryListReply = listOf(
  Type.Object({
    id: Type.String(),
    event: Type.String(),
    status: Type.String({ description: 'queued, delivered or failed' }),
    attempts: Type.Integer(),
    last_status: Type.Union([Type.Integer(), Type.Null()]),
    last_error: TextOrNull,
    created_at: DateTime,
    next_attempt_at: DateTimeOrNull,
    finished_at: DateTimeOrNull,
  }),
);
export const WebhookTestReply = Type.Object({ delivery_id: Type.String() });

const url = Type.String();
const events = Type.Array(Type.String(), { description: 'Names of the events that it gets' });
const description = Type.Optional(Type.String());
const example = {
  url: 'https://billing.example.com/hooks',
  events: ['account.created', 'account.erased'],
  description: 'Billing',
};

export const newWebhookBody = changeBody({ url, events, description }, example);
export const changedWebhookBody = changeBody(
  { url: Type.Optional(url), events: Type.Optional(events), description },
  { events: example.events },
);
export const rotationBody = changeBody(
  {
    now: Type.Optional(
      Type.Boolean({
        description:
          'Whether the secret of before ends at once, because it leaked. Default: false; it stays valid for a day',
      }),
    ),
  },
  {},
);
