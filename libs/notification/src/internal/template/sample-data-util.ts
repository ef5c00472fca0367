import type { NotificationTopic, NotificationTopicData } from '../../types.ts';

/** What the previews show. Names and texts have characters that a template must escape. */
export const sampleData: {
  readonly [Topic in NotificationTopic]: NotificationTopicData<Topic>;
} = {
  'one-time-password': { code: '314159', seconds: 300, minutes: 5 },
  'password-reset': {
    firstName: "Ada O'Neil",
    username: 'ada@example.org',
    passwordResetLink: 'https://app.example.org/accounts/1/reset_password?token=sample&from=mail',
  },
  'password-changed': {},
  'refresh-token-reused': {},
  'account-deleted': { restorableUntil: '2026-02-01T00:00:00.000Z' },
  announcement: {
    title: 'Tasks & more',
    text: 'You can now keep a list of tasks.\n\nTell us what you <miss>.',
  },
};
