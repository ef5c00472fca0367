import {
  defineTopic,
  MILLISECONDS_PER_MINUTE,
  type EmailContent,
  type TemplateContext,
} from './define-topic.ts';
import { linkButton, paragraph, plainText } from './email-layout.ts';
import { html, linkTarget } from './html.ts';
import { BUILT_IN_LOCALES, greeting, readableDuration, textsIn } from './wording.ts';

type ContactCodeData = {
  readonly code: string;
  /** How long the code is valid. */
  readonly seconds: number;
  /** What asked for the code, such as `Firefox`; empty if unknown. */
  readonly browser: string;
  /** What that runs on, such as `Windows`; empty if unknown. */
  readonly system: string;
  /** The IP address that asked; empty if unknown. */
  readonly address: string;
};

type EmailCodeData = ContactCodeData & {
  /** An http or https URL, where the code logs in. */
  readonly link: string;
};

const contactSample: ContactCodeData = {
  code: '314159',
  seconds: 300,
  browser: 'Firefox',
  system: 'Windows',
  address: '203.0.113.7',
};
const sample: EmailCodeData = {
  ...contactSample,
  link: 'https://app.example.org/sign-in#email=ada%40example.org&code=314159',
};

const rules = {
  category: 'security',
  priority: 'urgent',
  lifeTimeMilliseconds: 5 * MILLISECONDS_PER_MINUTE,
  canBeSwitchedOff: false,
  locales: BUILT_IN_LOCALES,
} as const;

/** To log in or sign up. */
export const emailCode = defineTopic({
  name: 'email-code',
  ...rules,
  sample,
  templates: {
    email: (data, context) => codeEmail('email-code', 'email-code.otherwise', data, context),
  },
});

/** To log in, after a sign-up with an address that has an account. */
export const emailKnown = defineTopic({
  name: 'email-known',
  ...rules,
  sample,
  templates: {
    email: (data, context) => codeEmail('email-known', 'email-code.otherwise', data, context),
  },
});

/** To give the address to an account. */
export const contactCode = defineTopic({
  name: 'contact-code',
  ...rules,
  sample: contactSample,
  templates: {
    email: (data, context) => codeEmail('contact-code', 'contact-code.otherwise', data, context),
  },
});

/** Names neither the address nor an account: whoever asked may not be the reader. */
function codeEmail(
  topic: 'email-code' | 'email-known' | 'contact-code',
  otherwise: 'email-code.otherwise' | 'contact-code.otherwise',
  data: ContactCodeData & Partial<EmailCodeData>,
  context: TemplateContext,
): EmailContent {
  const { code, seconds } = data;
  const say = textsIn(context);
  const hello = greeting('', context);
  const request = say(`${topic}.request`);
  const life = say('email-code.life', { duration: readableDuration(seconds, context) });
  const link = data.link === undefined ? undefined : linkTarget(data.link);
  const closing = [originIn(data, context), say(otherwise)].filter((text) => text !== '');
  const button = link === undefined ? html`` : linkButton(say('email-code.button'), link, context);
  const links = link === undefined ? [] : [link];
  return {
    subject: say(`${topic}.subject`),
    text: plainText([hello, request, code, life, ...links, ...closing]),
    body: html`${paragraph(hello)}${paragraph(request)}
      <p style="margin:0 0 16px;font-size:28px;letter-spacing:4px">${code}</p>
      ${paragraph(life)}${button}${closing.map(paragraph)}`,
  };
}

/** So that the reader sees whether it was their own device. */
function originIn({ browser, system, address }: ContactCodeData, context: TemplateContext): string {
  const origin = {
    browser: browser || 'unknown',
    system: system || 'unknown',
    address: address || 'unknown',
  };
  const isKnown = Object.values(origin).some((text) => text !== 'unknown');
  return isKnown ? textsIn(context)('email-code.origin', origin) : '';
}
