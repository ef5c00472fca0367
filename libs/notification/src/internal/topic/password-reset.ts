import { defineTopic, MILLISECONDS_PER_MINUTE } from './define-topic.ts';
import { linkButton, paragraph, plainText } from './email-layout.ts';
import { html, linkTarget } from './html.ts';
import { BUILT_IN_LOCALES, greeting, textsIn } from './wording.ts';

type PasswordResetData = {
  readonly firstName: string;
  readonly username: string;
  /** An http or https URL. */
  readonly passwordResetLink: string;
  /** Why the link is sent. Default: somebody asked for it. */
  readonly reason?: 'session-disowned' | 'change-disowned' | 'account-claimed';
};

const sample: PasswordResetData = {
  firstName: "Ada O'Neil",
  username: 'ada@example.org',
  passwordResetLink: 'https://app.example.org/accounts/1/reset_password?token=sample&from=mail',
};

export const passwordReset = defineTopic({
  name: 'password-reset',
  category: 'security',
  priority: 'high',
  lifeTimeMilliseconds: 30 * MILLISECONDS_PER_MINUTE,
  canBeSwitchedOff: false,
  sample,
  locales: BUILT_IN_LOCALES,
  templates: {
    email: ({ firstName, passwordResetLink, reason }, context) => {
      const say = textsIn(context);
      const hello = greeting(firstName, context);
      const request = say(`password-reset.${reason ?? 'request'}`);
      const otherwise = reason ? [] : [say('password-reset.otherwise')];
      const link = linkTarget(passwordResetLink);
      const button = linkButton(say('password-reset.button'), link, context);
      return {
        subject: say('password-reset.subject'),
        text: plainText([hello, request, link, ...otherwise]),
        body: html`${paragraph(hello)}${paragraph(request)}${button}${otherwise.map(paragraph)}`,
      };
    },
  },
});
