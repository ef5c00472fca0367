import type { NotificationTopicData, NotificationTopicOf } from '../../types.ts';
import { NOT_YOU } from './wording-util.ts';

export interface PushContent {
  readonly title: string;
  readonly body: string;
}

/** One template for each topic that goes by push. */
export const pushTemplates: {
  readonly [Topic in NotificationTopicOf<'push'>]: (
    data: NotificationTopicData<Topic>,
  ) => PushContent;
} = {
  'password-changed': () => ({ title: 'Your password was changed', body: NOT_YOU }),
  'refresh-token-reused': () => ({
    title: 'We logged one of your devices out',
    body: `A login of yours was used from two places at once. ${NOT_YOU}`,
  }),
  announcement: ({ title, text }) => ({ title, body: text }),
};
