import { defineTopic, securityNotice, type NoText } from './define-topic.ts';
import { BUILT_IN_LOCALES, noticeEmail, noticeSms, textsIn, whenRepeated } from './wording.ts';

const sample: NoText = {};

export const passwordChanged = defineTopic({
  name: 'password-changed',
  ...securityNotice,
  sample,
  locales: BUILT_IN_LOCALES,
  templates: {
    email: (_data, context) =>
      noticeEmail('password-changed', textsIn(context)('not-you-by-email'), context),
    sms: (_data, context) => noticeSms('password-changed', context),
    push: (_data, context) => {
      const say = textsIn(context);
      const text = say('password-changed.text', { when: whenRepeated(context) });
      return { title: say('password-changed.subject'), body: `${text} ${say('not-you')}` };
    },
  },
});
