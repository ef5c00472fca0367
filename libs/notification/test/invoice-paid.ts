// The example of the README, which a test compares with this file.
import {
  defineTexts,
  defineTopic,
  html,
  linkButton,
  linkTarget,
  MILLISECONDS_PER_DAY,
  paragraph,
  plainText,
} from '@org/notification';

export type InvoicePaid = {
  readonly number: string;
  readonly items: number;
  /** ISO 8601: data is stored as JSON. */
  readonly paidAt: string;
  readonly url: string;
};

const texts = defineTexts({
  en: {
    subject: 'Invoice {number} is paid',
    text: 'You paid for {items, plural, one {# item} other {# items}} on {paidAt, date, long} at {paidAt, time, short}.',
    button: 'Show the invoice',
  },
  de: {
    subject: 'Rechnung {number} ist bezahlt',
    text: 'Sie haben am {paidAt, date, long} um {paidAt, time, short} {items, plural, one {# Artikel} other {# Artikel}} bezahlt.',
    button: 'Rechnung ansehen',
  },
});

const sample: InvoicePaid = {
  number: 'R&D <7>',
  items: 3,
  paidAt: '2026-02-01T09:30:00.000Z',
  url: 'https://app.example.org/invoices/7?a=1&b=2',
};

export const invoicePaid = defineTopic({
  name: 'billing.invoice-paid',
  category: 'transactional',
  priority: 'normal',
  lifeTimeMilliseconds: 3 * MILLISECONDS_PER_DAY,
  canBeSwitchedOff: true,
  sample,
  locales: texts.locales,
  templates: {
    email: ({ number, items, paidAt, url }, context) => {
      const say = texts.in(context);
      const text = say('text', { items, paidAt: new Date(paidAt) });
      const link = linkTarget(url);
      return {
        subject: say('subject', { number }),
        text: plainText([text, link]),
        body: html`${paragraph(text)}${linkButton(say('button'), link, context)}`,
      };
    },
    push: ({ number }, context) => {
      const title = texts.in(context)('subject', { number });
      return { title, body: title };
    },
  },
});
