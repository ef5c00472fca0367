import { defineTopic, MILLISECONDS_PER_DAY } from './define-topic.ts';
import { linkButton, paragraph, plainText } from './email-layout.ts';
import { html, linkTarget } from './html.ts';
import { BUILT_IN_LOCALES, greeting, noticeEmail, textsIn } from './wording.ts';

type ContactChangedData = {
  /** An http or https URL that undoes the change; empty if there is nothing to put back. */
  readonly reversalLink: string;
};

const sample: ContactChangedData = {
  reversalLink: 'https://app.example.org/contact-reversals#token=sample',
};

/** Tells the owner by the former contact, with a way to undo it. Every change has its own link. */
export const contactChanged = defineTopic({
  name: 'contact-changed',
  category: 'security',
  priority: 'normal',
  lifeTimeMilliseconds: 3 * MILLISECONDS_PER_DAY,
  canBeSwitchedOff: false,
  sample,
  locales: BUILT_IN_LOCALES,
  templates: {
    email: ({ reversalLink }, context) => {
      const say = textsIn(context);
      const subject = say('contact-changed.subject');
      const happened = say('contact-changed.text');
      if (reversalLink === '') {
        return noticeEmail(subject, [happened, say('not-you-by-email')], context);
      }
      const hello = greeting('', context);
      const link = linkTarget(reversalLink);
      const undo = say('contact-changed.undo');
      const button = linkButton(say('contact-changed.button'), link, context);
      return {
        subject,
        text: plainText([hello, happened, undo, link]),
        body: html`${paragraph(hello)}${paragraph(happened)}${paragraph(undo)}${button}`,
      };
    },
    sms: ({ reversalLink }, context) => {
      const say = textsIn(context);
      return reversalLink === ''
        ? `${say('contact-changed.sms')} ${say('not-you')}`
        : say('contact-changed.sms-undo', { link: linkTarget(reversalLink) });
    },
  },
});
