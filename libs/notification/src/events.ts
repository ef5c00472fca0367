import { defineEvent } from '@org/events';
import { Type } from 'typebox';

const delivery = {
  deliveryId: Type.String(),
  accountId: Type.String(),
  channel: Type.Union([Type.Literal('email'), Type.Literal('sms'), Type.Literal('push')]),
  topic: Type.String(),
};

/** The provider has accepted the message. */
export const messageDelivered = defineEvent('notification.message-delivered', {
  version: 1,
  payload: Type.Object(delivery),
  isRefusable: false,
});

/** The message is a dead letter: it was refused, or failed at every attempt. */
export const messageFailed = defineEvent('notification.message-failed', {
  version: 1,
  payload: Type.Object({
    ...delivery,
    /** Contains neither the recipient nor the contents. */
    reason: Type.String(),
  }),
  isRefusable: false,
});
