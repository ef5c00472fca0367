import { defineTopic, securityNotice, type NoText } from './define-topic.ts';
import { BUILT_IN_LOCALES, noticeEmail, textsIn, whenRepeated } from './wording.ts';

const sample: NoText = {};

/** Somebody proved the address of an account that nobody had proved to own. */
export const accountClaimed = defineTopic({
  name: 'account-claimed',
  ...securityNotice,
  sample,
  locales: BUILT_IN_LOCALES,
  templates: {
    email: (_data, context) => {
      const say = textsIn(context);
      const says = [
        say('account-claimed.text', { when: whenRepeated(context) }),
        say('account-claimed.password'),
      ];
      return noticeEmail(say('account-claimed.subject'), says, context);
    },
  },
});
