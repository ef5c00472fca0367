import * as Type from 'typebox';

const ENDPOINT_EXAMPLE = 'https://updates.push.services.mozilla.com/wpush/v2/gAAAAABk';

export const PushSubscriptionForm = Type.Object(
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

export const PushSubscriptionReply = Type.Object(
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

export const PushSubscriptionList = Type.Object({ items: Type.Array(PushSubscriptionReply) });

export const AccountPath = Type.Object({ account_id: Type.String() });
export const PushSubscriptionPath = Type.Object({
  account_id: Type.String(),
  subscription_id: Type.String(),
});
