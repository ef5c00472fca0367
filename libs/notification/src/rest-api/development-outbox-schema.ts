import type { FastifySchema } from 'fastify';
import * as Type from 'typebox';

const OutboxMessageReply = Type.Object({
  id: Type.String(),
  delivery_id: Type.String(),
  channel: Type.String(),
  recipient: Type.String(),
  subject: Type.Union([Type.String(), Type.Null()]),
  text: Type.String(),
  html: Type.Union([Type.String(), Type.Null()]),
  created_at: Type.String({ format: 'date-time' }),
});

const OutboxMessageList = Type.Object({ items: Type.Array(OutboxMessageReply) });

export type OutboxMessageListBody = Type.Static<typeof OutboxMessageList>;

/** Not part of the API that clients see, so `@fastify/swagger` leaves it out. */
export const hiddenSchema: FastifySchema & { readonly hide: true } = { hide: true };

export const getMessagesSchema = { ...hiddenSchema, response: { 200: OutboxMessageList } };
