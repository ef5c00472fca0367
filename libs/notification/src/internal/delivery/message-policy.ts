import { NotificationBadRequestError } from '../../errors.ts';
import type { NotificationChannel, NotificationTopicDefinition } from '../../types.ts';
import { isEmailAddress } from '../provider/sender-util.ts';
import { assertRenderable } from '../template/template-util.ts';
import { findTopic } from '../topic/topic-policy.ts';

export interface MessageToQueue {
  readonly channel: NotificationChannel;
  readonly topic: string;
  /** E-mail address or E.164 number; empty for push. */
  readonly recipient: string;
  readonly data: object;
}

const RECIPIENTS: Readonly<Record<NotificationChannel, (recipient: string) => boolean>> = {
  email: isEmailAddress,
  sms: (recipient) => /^\+[1-9]\d{1,14}$/.test(recipient),
  push: (recipient) => recipient === '',
};

/**
 * Refuses what could never be sent while whoever sends it can still be told. The errors do not
 * repeat the recipient or the data.
 *
 * @throws NotificationBadRequestError
 */
export function checkMessage({
  channel,
  topic,
  recipient,
  data,
}: MessageToQueue): NotificationTopicDefinition<NotificationChannel> {
  const definition = findTopic(topic);
  if (definition === undefined || !definition.channels.includes(channel)) {
    throw new NotificationBadRequestError(`There is no ${channel} message of the topic ${topic}.`);
  }
  if (!RECIPIENTS[channel](recipient)) {
    throw new NotificationBadRequestError(`The recipient cannot be reached by ${channel}.`);
  }
  try {
    assertRenderable(channel, topic, data);
  } catch {
    throw new NotificationBadRequestError(
      `The template of the topic ${topic} cannot lay out this data for ${channel}.`,
    );
  }
  return definition;
}
