import {
  defineTexts,
  defineTopic,
  html,
  linkButton,
  linkTarget,
  MILLISECONDS_PER_DAY,
  paragraph,
  plainText,
  presentableName,
} from '@org/notification';

export interface InvoicePaid {
  readonly number: string;
  readonly name: string;
  readonly items: number;
  /** ISO 8601. */
  readonly paidAt: string;
  readonly url: string;
}

const texts = defineTexts({
  en: {
    subject: 'Invoice {number} is paid',
    text: 'Dear {name}, we received your payment for {items, plural, one {# item} other {# items}} on {paidAt, date, long} at {paidAt, time, short}.',
    button: 'Show the invoice',
  },
  de: {
    subject: 'Rechnung {number} ist bezahlt',
    text: '{name}, wir haben Ihre Zahlung für {items, plural, one {# Artikel} other {# Artikel}} am {paidAt, date, long} um {paidAt, time, short} erhalten.',
    button: 'Rechnung ansehen',
  },
});

const sample: InvoicePaid = {
  number: 'R&D <7>',
  name: "Ada O'Neil",
  items: 3,
  paidAt: '2026-02-01T09:30:00.000Z',
  url: 'https://app.example.org/invoices/7?a=1&b=2',
};

/** A topic as a module of a program defines it. */
export const invoicePaid = defineTopic({
  name: 'billing.invoice-paid',
  category: 'transactional',
  priority: 'normal',
  lifeTimeMilliseconds: 3 * MILLISECONDS_PER_DAY,
  canBeSwitchedOff: true,
  sample,
  locales: texts.locales,
  templates: {
    email: ({ number, name, items, paidAt, url }, context) => {
      const say = texts.in(context);
      const text = say('text', {
        name: presentableName(name),
        items,
        paidAt: new Date(paidAt),
      });
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
