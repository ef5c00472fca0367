import * as Type from 'typebox';

const OutboxMessageReply = Type.Object({
  id: Type.String(),
  delivery_id: Type.String(),
  channel: Type.String(),
  recipient: Type.String(),
  subject: Type.Union([Type.String(), Type.Null()]),
  text: Type.String(),
  html: Type.Union([Type.String(), Type.Null()]),
  headers: Type.Optional(Type.Record(Type.String(), Type.String())),
  created_at: Type.String({ format: 'date-time' }),
});

export const OutboxMessageList = Type.Object({ items: Type.Array(OutboxMessageReply) });
