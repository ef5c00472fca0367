import { defineTopic, MINUTE } from './define-topic.ts';
import { linkButton, paragraph, textOf } from './email-layout.ts';
import { html, linkTarget } from './html.ts';
import { greeting } from './wording.ts';

type PasswordResetData = {
  readonly firstName: string;
  readonly username: string;
  /** An http or https URL. */
  readonly passwordResetLink: string;
};

const sample: PasswordResetData = {
  firstName: "Ada O'Neil",
  username: 'ada@example.org',
  passwordResetLink: 'https://app.example.org/accounts/1/reset_password?token=sample&from=mail',
};

// Without the username: the person who signed up chose it, and may have put a link in it.
const REQUEST =
  'Someone asked for a new password of the account with this e-mail address. If it was you, choose one here:';
const OTHERWISE = 'If it was not you, do nothing: your password stays as it is.';

export const passwordReset = defineTopic({
  name: 'password-reset',
  category: 'security',
  priority: 'high',
  lifeTimeMilliseconds: 30 * MINUTE,
  canBeSwitchedOff: false,
  sample,
  templates: {
    email: ({ firstName, passwordResetLink }) => {
      const hello = greeting(firstName);
      const link = linkTarget(passwordResetLink);
      return {
        subject: 'Reset your password',
        text: textOf([hello, REQUEST, link, OTHERWISE]),
        body: html`${paragraph(hello)}${paragraph(REQUEST)}${linkButton('Choose a new password', link)}${paragraph(OTHERWISE)}`,
      };
    },
  },
});
