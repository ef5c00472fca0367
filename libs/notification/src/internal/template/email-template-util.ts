import type { NotificationTopicData, NotificationTopicOf } from '../../types.ts';
import { linkButton, paragraph, type EmailContent } from './email-layout-util.ts';
import { html, linkTarget } from './html-util.ts';
import {
  greeting,
  NOT_YOU_BY_EMAIL,
  readableTime,
  whenRepeated,
  type Repetition,
} from './wording-util.ts';

/** One template for each topic that goes by mail. */
export const emailTemplates: {
  readonly [Topic in NotificationTopicOf<'email'>]: (
    data: NotificationTopicData<Topic>,
    repetition?: Repetition,
  ) => EmailContent;
} = {
  'password-reset': ({ firstName, passwordResetLink }) => {
    const link = linkTarget(passwordResetLink);
    // Without the username: whoever signed up chose it, and may have put a link in it.
    const request =
      'Someone asked for a new password of the account with this e-mail address. If it was you, choose one here:';
    const otherwise = 'If it was not you, do nothing: your password stays as it is.';
    return {
      subject: 'Reset your password',
      text: lines(greeting(firstName), request, link, otherwise),
      body: html`${paragraph(greeting(firstName))}${paragraph(request)}${linkButton('Choose a new password', link)}${paragraph(otherwise)}`,
    };
  },
  'password-changed': (_data, repetition) =>
    notice('Your password was changed', [
      `The password of your account was changed${whenRepeated(repetition)}.`,
      NOT_YOU_BY_EMAIL,
    ]),
  'refresh-token-reused': (_data, repetition) =>
    notice('We logged one of your devices out', [
      `A login of yours was used from two places at once${whenRepeated(repetition)}, which may mean that someone copied it. We ended that session.`,
      NOT_YOU_BY_EMAIL,
    ]),
  'account-deleted': ({ restorableUntil }, repetition) =>
    notice('Your account was deleted', [
      `Your account was deleted${whenRepeated(repetition)}.`,
      `If this was not you, or you changed your mind, contact our support before ${readableTime(restorableUntil)}: until then it can be restored. After that its data is erased.`,
    ]),
  announcement: ({ title, text }) => ({
    subject: title,
    text: lines(text),
    body: html`${text.split(/\n{2,}/).map(paragraph)}`,
  }),
};

/** Has no word of the account's: whether the address is its owner's, nobody has proved. */
function notice(subject: string, says: readonly string[]): EmailContent {
  const said = ['Hello,', ...says];
  return { subject, text: lines(...said), body: html`${said.map(paragraph)}` };
}

function lines(...paragraphs: readonly string[]): string {
  return `${paragraphs.join('\n\n')}\n`;
}
