import { defineTopic, securityNotice, type NoText } from './define-topic.ts';
import { BUILT_IN_LOCALES, noticeEmail, textsIn, whenRepeated } from './wording.ts';

const sample: NoText = {};

export const refreshTokenReused = defineTopic({
  name: 'refresh-token-reused',
  ...securityNotice,
  sample,
  locales: BUILT_IN_LOCALES,
  templates: {
    email: (_data, context) => {
      const say = textsIn(context);
      const says = [
        say('refresh-token-reused.text', { when: whenRepeated(context) }),
        say('not-you-by-email'),
      ];
      return noticeEmail(say('refresh-token-reused.subject'), says, context);
    },
    sms: (_data, context) => {
      const say = textsIn(context);
      const text = say('refresh-token-reused.sms', { when: whenRepeated(context) });
      return `${text} ${say('not-you')}`;
    },
    push: (_data, context) => {
      const say = textsIn(context);
      const text = say('refresh-token-reused.push', { when: whenRepeated(context) });
      return { title: say('refresh-token-reused.subject'), body: `${text} ${say('not-you')}` };
    },
  },
});
