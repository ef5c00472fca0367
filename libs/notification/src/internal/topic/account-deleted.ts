import { defineTopic, securityNotice } from './define-topic.ts';
import { BUILT_IN_LOCALES, noticeEmail, textsIn, whenRepeated } from './wording.ts';

type AccountDeletedData = {
  /** ISO 8601. */
  readonly restorableUntil: string;
};

const sample: AccountDeletedData = { restorableUntil: '2026-02-01T00:00:00.000Z' };

export const accountDeleted = defineTopic({
  name: 'account-deleted',
  ...securityNotice,
  sample,
  locales: BUILT_IN_LOCALES,
  templates: {
    email: ({ restorableUntil }, context) => {
      const say = textsIn(context);
      const restore = say('account-deleted.restore', { until: new Date(restorableUntil) });
      return noticeEmail('account-deleted', restore, context);
    },
    sms: ({ restorableUntil }, context) =>
      textsIn(context)('account-deleted.sms', {
        when: whenRepeated(context),
        until: new Date(restorableUntil),
      }),
  },
});
