import type { NotificationTopicData, NotificationTopicOf } from '../../types.ts';
import { linkButton, paragraph, type EmailContent } from './email-layout-util.ts';
import { html, linkTarget } from './html-util.ts';
import { greeting, NOT_YOU, readableDate } from './wording-util.ts';

/** One template for each topic that goes by mail. */
export const emailTemplates: {
  readonly [Topic in NotificationTopicOf<'email'>]: (
    data: NotificationTopicData<Topic>,
  ) => EmailContent;
} = {
  'password-reset': ({ firstName, username, passwordResetLink }) => {
    const link = linkTarget(passwordResetLink);
    const request = `Someone asked for a new password of the account ${username}. If it was you, choose one here:`;
    const otherwise = 'If it was not you, do nothing: your password stays as it is.';
    return {
      subject: 'Reset your password',
      text: lines(greeting(firstName), request, link, otherwise),
      body: html`${paragraph(greeting(firstName))}${paragraph(request)}${linkButton('Choose a new password', link)}${paragraph(otherwise)}`,
    };
  },
  'password-changed': ({ firstName }) =>
    notice(firstName, {
      subject: 'Your password was changed',
      says: ['The password of your account was changed.', NOT_YOU],
    }),
  'refresh-token-reused': ({ firstName }) =>
    notice(firstName, {
      subject: 'We logged one of your devices out',
      says: [
        'A login of yours was used from two places at once, which may mean that someone copied it. We ended that session.',
        NOT_YOU,
      ],
    }),
  'account-deleted': ({ firstName, restorableUntil }) =>
    notice(firstName, {
      subject: 'Your account was deleted',
      says: [
        `Your account was deleted. Until ${readableDate(restorableUntil)} our support can restore it; after that its data is erased.`,
        NOT_YOU,
      ],
    }),
  announcement: ({ title, text }) => ({
    subject: title,
    text: lines(text),
    body: html`${text.split(/\n{2,}/).map(paragraph)}`,
  }),
};

function notice(
  firstName: string,
  { subject, says }: { readonly subject: string; readonly says: readonly string[] },
): EmailContent {
  const said = [greeting(firstName), ...says];
  return { subject, text: lines(...said), body: html`${said.map(paragraph)}` };
}

function lines(...paragraphs: readonly string[]): string {
  return `${paragraphs.join('\n\n')}\n`;
}
