import type { NotificationTopicData, NotificationTopicOf } from '../../types.ts';
import { NOT_YOU, whenRepeated, type Repetition } from './wording-util.ts';

export interface PushContent {
  readonly title: string;
  readonly body: string;
}

/** One template for each topic that goes by push. */
export const pushTemplates: {
  readonly [Topic in NotificationTopicOf<'push'>]: (
    data: NotificationTopicData<Topic>,
    repetition?: Repetition,
  ) => PushContent;
} = {
  'password-changed': (_data, repetition) => ({
    title: 'Your password was changed',
    body: `The password of your account was changed${whenRepeated(repetition)}. ${NOT_YOU}`,
  }),
  'refresh-token-reused': (_data, repetition) => ({
    title: 'We logged one of your devices out',
    body: `A login of yours was used from two places at once${whenRepeated(repetition)}. ${NOT_YOU}`,
  }),
  announcement: ({ title, text }) => ({ title, body: text }),
};
