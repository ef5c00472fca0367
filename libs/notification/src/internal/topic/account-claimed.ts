import { defineTopic, securityNotice, type NoText } from './define-topic.ts';
import { BUILT_IN_LOCALES, noticeEmail, textsIn } from './wording.ts';

const sample: NoText = {};

/** Somebody proved the address of an account that nobody had proved to own. */
export const accountClaimed = defineTopic({
  name: 'account-claimed',
  ...securityNotice,
  sample,
  locales: BUILT_IN_LOCALES,
  templates: {
    email: (_data, context) =>
      noticeEmail('account-claimed', textsIn(context)('account-claimed.password'), context),
  },
});
