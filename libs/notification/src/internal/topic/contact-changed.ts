import { defineTopic, MILLISECONDS_PER_DAY, securityNotice, type NoText } from './define-topic.ts';
import { linkButton, paragraph, plainText } from './email-layout.ts';
import { html, linkTarget } from './html.ts';
import { BUILT_IN_LOCALES, greeting, noticeEmail, noticeSms, textsIn } from './wording.ts';

const noText: NoText = {};

/** The account got a contact, or lost one that was not proved. A reset may go to that one: no advice. */
export const contactChanged = defineTopic({
  name: 'contact-changed',
  ...securityNotice,
  sample: noText,
  locales: BUILT_IN_LOCALES,
  templates: {
    email: (_data, context) => noticeEmail('contact-changed', textsIn(context)('not-you'), context),
    sms: (_data, context) => noticeSms('contact-changed', context),
  },
});

type ContactReplacedData = {
  /** An http or https URL that undoes it. */
  readonly reversalLink: string;
};

const sample: ContactReplacedData = {
  reversalLink: 'https://app.example.org/contact-reversals#token=sample',
};

/** For the former contact: not summed up, since every change has its own link. */
export const contactReplaced = defineTopic({
  name: 'contact-replaced',
  category: 'security',
  priority: 'normal',
  lifeTimeMilliseconds: 3 * MILLISECONDS_PER_DAY,
  canBeSwitchedOff: false,
  survivesDeletion: true,
  sample,
  locales: BUILT_IN_LOCALES,
  templates: {
    email: ({ reversalLink }, context) => {
      const say = textsIn(context);
      const hello = greeting('', context);
      const happened = say('contact-replaced.text');
      const undo = say('contact-replaced.undo');
      const link = linkTarget(reversalLink);
      const button = linkButton(say('contact-replaced.button'), link, context);
      return {
        subject: say('contact-changed.subject'),
        text: plainText([hello, happened, undo, link]),
        body: html`${paragraph(hello)}${paragraph(happened)}${paragraph(undo)}${button}`,
      };
    },
    sms: ({ reversalLink }, context) =>
      textsIn(context)('contact-replaced.sms', { link: linkTarget(reversalLink) }),
  },
});
