import type { NotificationTopicData, NotificationTopicOf } from '../../types.ts';
import {
  NOT_YOU,
  readableDuration,
  readableTime,
  whenRepeated,
  type Repetition,
} from './wording-util.ts';

/** One template for each topic that goes by SMS. Short: 160 characters are one SMS. */
export const smsTemplates: {
  readonly [Topic in NotificationTopicOf<'sms'>]: (
    data: NotificationTopicData<Topic>,
    repetition?: Repetition,
  ) => string;
} = {
  'one-time-password': ({ code, minutes, seconds = minutes * 60 }) =>
    `Your code is ${code}. It is good for ${readableDuration(seconds)}. Do not tell it to anyone.`,
  'password-changed': (_data, repetition) =>
    `Your password was changed${whenRepeated(repetition)}. ${NOT_YOU}`,
  'refresh-token-reused': (_data, repetition) =>
    `A login of yours was used from two places at once${whenRepeated(repetition)}, so we ended it. ${NOT_YOU}`,
  'account-deleted': ({ restorableUntil }, repetition) =>
    `Your account was deleted${whenRepeated(repetition)}. Our support can restore it until ${readableTime(restorableUntil)}.`,
  announcement: ({ title, text }) => `${title}: ${text}`,
};
