import { defineEvent, type EventDefinition } from '@org/events';
import { Type } from 'typebox';

const delivery = {
  deliveryId: Type.String(),
  accountId: Type.String(),
  channel: Type.Union([Type.Literal('email'), Type.Literal('sms'), Type.Literal('push')]),
  topic: Type.String(),
};

export interface MessageDelivered {
  readonly deliveryId: string;
  readonly accountId: string;
  readonly channel: 'email' | 'sms' | 'push';
  readonly topic: string;
}

export interface MessageFailed extends MessageDelivered {
  /** Contains neither the recipient nor the contents. */
  readonly reason: string;
}

/** The provider has accepted the message. */
export const messageDelivered: EventDefinition<MessageDelivered> = defineEvent(
  'notification.message-delivered',
  {
    version: 1,
    payload: Type.Object(delivery),
    isRefusable: false,
  },
);

/** The message is a dead letter: it was refused, or failed at every attempt. */
export const messageFailed: EventDefinition<MessageFailed> = defineEvent(
  'notification.message-failed',
  {
    version: 1,
    payload: Type.Object({ ...delivery, reason: Type.String() }),
    isRefusable: false,
  },
);
