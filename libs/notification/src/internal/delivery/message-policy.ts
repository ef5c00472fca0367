import { isEmailAddress } from '@org/core';

import { NotificationBadRequestError } from '../../errors.ts';
import type { NotificationChannel, NotificationTopicDefinition } from '../../types.ts';
import { assertRenderable } from '../topic/rendering.ts';
import { findTopic, topics, type NotificationTopic } from '../topic/topics.ts';

export interface MessageToQueue {
  readonly channel: NotificationChannel;
  readonly topic: string;
  /** E-mail address or E.164 number; empty for push. */
  readonly recipient: string;
  readonly data: object;
}

const RECIPIENTS: Readonly<Record<NotificationChannel, (recipient: string) => boolean>> = {
  email: isEmailAddress,
  // Two digits more than E.164: what libphonenumber takes for a valid number can be stored.
  sms: (recipient) => /^\+[1-9]\d{1,16}$/.test(recipient),
  push: (recipient) => recipient === '',
};

/**
 * Refuses what could never be sent while whoever sends it can still be told. The errors do not
 * repeat the recipient or the data.
 *
 * @throws NotificationBadRequestError
 */
export function checkMessage(
  message: MessageToQueue,
): NotificationTopicDefinition<NotificationChannel> {
  const problem = findProblem(message);
  if (problem !== undefined) {
    throw new NotificationBadRequestError(problem);
  }
  return topics[message.topic as NotificationTopic];
}

/** Why a message could never be sent; `undefined` when it could. */
export function findProblem({
  channel,
  topic,
  recipient,
  data,
}: MessageToQueue): string | undefined {
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
