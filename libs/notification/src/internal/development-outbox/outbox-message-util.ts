import type { OutboxMessage } from '../../types.ts';
import { OutboxMessageModel } from './store/outbox-message-model.ts';

/** @throws MalformedDocumentError when the document is no kept message */
export function convertMessageBsonToMessage(bson: object): OutboxMessage {
  const { id, deliveryId, channel, recipient, subject, text, html, createdAt } =
    OutboxMessageModel.fromBson(bson);
  return { id, deliveryId, channel, recipient, subject, text, html, createdAt };
}
