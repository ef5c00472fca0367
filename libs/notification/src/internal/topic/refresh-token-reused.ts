import { defineTopic, securityNotice, type NoText } from './define-topic.ts';
import { BUILT_IN_LOCALES, noticeEmail, noticeSms, textsIn, whenRepeated } from './wording.ts';

const sample: NoText = {};

export const refreshTokenReused = defineTopic({
  name: 'refresh-token-reused',
  ...securityNotice,
  sample,
  locales: BUILT_IN_LOCALES,
  templates: {
    email: (_data, context) =>
      noticeEmail('refresh-token-reused', textsIn(context)('not-you-by-email'), context),
    sms: (_data, context) => noticeSms('refresh-token-reused', context),
    push: (_data, context) => {
      const say = textsIn(context);
      const text = say('refresh-token-reused.push', { when: whenRepeated(context) });
      return { title: say('refresh-token-reused.subject'), body: `${text} ${say('not-you')}` };
    },
  },
});
