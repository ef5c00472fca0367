import { defineTopic, securityNotice, type NoText } from './define-topic.ts';
import { BUILT_IN_LOCALES, noticeEmail, textsIn, whenRepeated } from './wording.ts';

const sample: NoText = {};

export const passwordChanged = defineTopic({
  name: 'password-changed',
  ...securityNotice,
  sample,
  locales: BUILT_IN_LOCALES,
  templates: {
    email: (_data, context) => {
      const say = textsIn(context);
      const says = [
        say('password-changed.text', { when: whenRepeated(context) }),
        say('not-you-by-email'),
      ];
      return noticeEmail(say('password-changed.subject'), says, context);
    },
    sms: (_data, context) => {
      const say = textsIn(context);
      return `${say('password-changed.sms', { when: whenRepeated(context) })} ${say('not-you')}`;
    },
    push: (_data, context) => {
      const say = textsIn(context);
      const text = say('password-changed.text', { when: whenRepeated(context) });
      return { title: say('password-changed.subject'), body: `${text} ${say('not-you')}` };
    },
  },
});
