import { defineTopic, securityNotice, type NoText } from './define-topic.ts';
import { noticeEmail } from './email-layout.ts';
import { NOT_YOU, NOT_YOU_BY_EMAIL, whenRepeated } from './wording.ts';

const sample: NoText = {};

export const passwordChanged = defineTopic({
  name: 'password-changed',
  ...securityNotice,
  sample,
  templates: {
    email: (_data, repetition) =>
      noticeEmail('Your password was changed', [
        `The password of your account was changed${whenRepeated(repetition)}.`,
        NOT_YOU_BY_EMAIL,
      ]),
    sms: (_data, repetition) => `Your password was changed${whenRepeated(repetition)}. ${NOT_YOU}`,
    push: (_data, repetition) => ({
      title: 'Your password was changed',
      body: `The password of your account was changed${whenRepeated(repetition)}. ${NOT_YOU}`,
    }),
  },
});
