import { isEmailAddress } from '@org/core';

import type { NotificationChannel } from '../../types.ts';
import type { MessageRenderer } from '../topic/rendering.ts';
import type { NewDelivery } from './delivery-util.ts';

const RECIPIENTS: Readonly<Record<NotificationChannel, (recipient: string) => boolean>> = {
  email: isEmailAddress,
  // Two digits more than E.164: any number that libphonenumber considers valid can be stored.
  sms: (recipient) => /^\+[1-9]\d{1,16}$/.test(recipient),
  push: (recipient) => recipient === '',
};

/**
 * Why a delivery can never be sent; `undefined` if it can. Contains neither the recipient nor the
 * data.
 */
export function findProblem(
  { channel, topic, recipient, data, locale, timeZone }: NewDelivery,
  messages: MessageRenderer,
): string | undefined {
  if (!topic.channels.includes(channel)) {
    return `There is no ${channel} message of the topic ${topic.name}.`;
  }
  if (!RECIPIENTS[channel](recipient)) {
    return `The recipient cannot be reached by ${channel}.`;
  }
  try {
    messages.preview(topic.name, channel, data, { locale, timeZone });
    return undefined;
  } catch {
    return `The template of the topic ${topic.name} cannot lay out this data for ${channel}.`;
  }
}
