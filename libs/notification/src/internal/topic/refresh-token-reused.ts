import { defineTopic, securityNotice, type NoText } from './define-topic.ts';
import { noticeEmail } from './email-layout.ts';
import { NOT_YOU, NOT_YOU_BY_EMAIL, whenRepeated } from './wording.ts';

const sample: NoText = {};

const WHAT_HAPPENED = 'A login of yours was used from two places at once';

export const refreshTokenReused = defineTopic({
  name: 'refresh-token-reused',
  ...securityNotice,
  sample,
  templates: {
    email: (_data, repetition) =>
      noticeEmail('We logged one of your devices out', [
        `${WHAT_HAPPENED}${whenRepeated(repetition)}, which may mean that someone copied it. We ended that session.`,
        NOT_YOU_BY_EMAIL,
      ]),
    sms: (_data, repetition) =>
      `${WHAT_HAPPENED}${whenRepeated(repetition)}, so we ended it. ${NOT_YOU}`,
    push: (_data, repetition) => ({
      title: 'We logged one of your devices out',
      body: `${WHAT_HAPPENED}${whenRepeated(repetition)}. ${NOT_YOU}`,
    }),
  },
});
