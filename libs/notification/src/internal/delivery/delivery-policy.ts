import { isEmailAddress } from '@org/core';

import type { NotificationChannel } from '../../types.ts';
import { assertRenderable } from '../topic/rendering.ts';
import { findTopic } from '../topic/topics.ts';
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
export function findProblem({ channel, topic, recipient, data }: NewDelivery): string | undefined {
  if (!findTopic(topic)?.channels.includes(channel)) {
    return `There is no ${channel} message of the topic ${topic}.`;
  }
  if (!RECIPIENTS[channel](recipient)) {
    return `The recipient cannot be reached by ${channel}.`;
  }
  try {
    assertRenderable(channel, topic, data);
    return undefined;
  } catch {
    return `The template of the topic ${topic} cannot lay out this data for ${channel}.`;
  }
}
