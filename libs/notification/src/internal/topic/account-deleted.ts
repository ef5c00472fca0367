import { defineTopic, securityNotice } from './define-topic.ts';
import { noticeEmail } from './email-layout.ts';
import { readableTime, whenRepeated } from './wording.ts';

type AccountDeletedData = {
  /** ISO 8601. */
  readonly restorableUntil: string;
};

const sample: AccountDeletedData = { restorableUntil: '2026-02-01T00:00:00.000Z' };

export const accountDeleted = defineTopic({
  name: 'account-deleted',
  ...securityNotice,
  sample,
  templates: {
    email: ({ restorableUntil }, repetition) =>
      noticeEmail('Your account was deleted', [
        `Your account was deleted${whenRepeated(repetition)}.`,
        `If this was not you, or you changed your mind, contact our support before ${readableTime(restorableUntil)}: until then it can be restored. After that its data is erased.`,
      ]),
    sms: ({ restorableUntil }, repetition) =>
      `Your account was deleted${whenRepeated(repetition)}. Our support can restore it until ${readableTime(restorableUntil)}.`,
  },
});
