import { defineTopic, securityNotice, type NoText } from './define-topic.ts';
import { BUILT_IN_LOCALES, noticeEmail, textsIn, whenRepeated } from './wording.ts';

const sample: NoText = {};

/** Operators disabled the account. */
export const accountDisabled = defineTopic({
  name: 'account-disabled',
  ...securityNotice,
  sample,
  locales: BUILT_IN_LOCALES,
  templates: {
    email: (_data, context) =>
      noticeEmail('account-disabled', textsIn(context)('account-disabled.support'), context),
    sms: (_data, context) =>
      textsIn(context)('account-disabled.sms', { when: whenRepeated(context) }),
  },
});

/** Operators let the owner log in again. */
export const accountEnabled = defineTopic({
  name: 'account-enabled',
  ...securityNotice,
  sample,
  locales: BUILT_IN_LOCALES,
  templates: {
    email: (_data, context) =>
      noticeEmail('account-enabled', textsIn(context)('account-enabled.login'), context),
    sms: (_data, context) =>
      textsIn(context)('account-enabled.sms', { when: whenRepeated(context) }),
  },
});
