import type { NotificationTopicData, NotificationTopicOf } from '../../types.ts';
import { NOT_YOU, readableDate } from './wording-util.ts';

/** One template for each topic that goes by SMS. Short: 160 characters are one SMS. */
export const smsTemplates: {
  readonly [Topic in NotificationTopicOf<'sms'>]: (data: NotificationTopicData<Topic>) => string;
} = {
  'one-time-password': ({ code, minutes }) =>
    `Your code is ${code}. It is good for ${minutes} minutes. Do not tell it to anyone.`,
  'password-changed': () => `Your password was changed. ${NOT_YOU}`,
  'refresh-token-reused': () =>
    `A login of yours was used from two places at once, so we ended it. ${NOT_YOU}`,
  'account-deleted': ({ restorableUntil }) =>
    `Your account was deleted. Our support can restore it until ${readableDate(restorableUntil)}.`,
  announcement: ({ title, text }) => `${title}: ${text}`,
};
