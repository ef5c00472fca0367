import {
  defineTexts,
  defineTopic,
  type MessageDefinitions,
  type NotificationService,
  type NotificationTopicData,
} from '@org/notification';
import { expectTypeOf, it } from 'vitest';

import { invoicePaid, type InvoicePaid } from '../invoice-paid.ts';
import { accountId, context, phoneNumber } from '../services.ts';

const emailAddress = 'ada@example.org';
const to = { accountId, emailAddress };

/** Never called: the compiler judges. */
export async function send(notification: NotificationService, data: InvoicePaid): Promise<void> {
  await notification.sendEmailForAccount({ ...to, topic: invoicePaid, data }, context);
  await notification.sendPushForAccount({ accountId, topic: invoicePaid, data }, context);
  await notification.sendEmailForAccount(
    { ...to, topic: 'announcement', data: { title: '', text: '' }, locale: 'de', timeZone: 'UTC' },
    context,
  );
  await notification.sendSmsForAccount(
    // @ts-expect-error it has no SMS
    { accountId, phoneNumber, topic: invoicePaid, data },
    context,
  );
  await notification.sendSmsForAccount(
    // @ts-expect-error nor has this one
    { accountId, phoneNumber, topic: 'password-reset', data: {} },
    context,
  );
  await notification.sendEmailForAccount(
    // @ts-expect-error fields are missing
    { ...to, topic: invoicePaid, data: { number: '' } },
    context,
  );
  await notification.sendEmailForAccount(
    // @ts-expect-error a field has another type
    { ...to, topic: invoicePaid, data: { ...data, items: '3' } },
    context,
  );
  // @ts-expect-error one's own are passed as values
  await notification.sendEmailForAccount({ ...to, topic: 'billing.invoice-paid', data }, context);
  // @ts-expect-error the data of another topic
  await notification.sendEmailForAccount({ ...to, topic: 'announcement', data }, context);
}

export const definitions: MessageDefinitions = {
  topics: [invoicePaid],
  templates: {
    'password-changed': { sms: { de: (_data, { locale }) => locale } },
    announcement: {
      push: ({ title, text }) => ({ title, body: text }),
      // @ts-expect-error a template of an SMS returns text
      sms: ({ title }) => ({ title }),
      // @ts-expect-error its data has no such field
      email: ({ name }) => ({ subject: name, text: name, body: name }),
    },
    // @ts-expect-error it has no push message
    'password-reset': { push: () => ({ title: '', body: '' }) },
  },
};

export const unknown: MessageDefinitions['templates'] = {
  // @ts-expect-error only built-in ones are replaced
  'billing.invoice-paid': {},
};

export const incomplete = defineTexts({
  en: { hello: 'Hello', bye: 'Bye' },
  // @ts-expect-error a text is missing
  de: { hello: 'Hallo' },
});

export const wrong = defineTopic({
  ...invoicePaid,
  sample: { title: 'Hello' },
  templates: {
    // @ts-expect-error the sample has no such field
    sms: ({ text }) => text,
  },
});

it('a topic carries the type of its data', () => {
  expectTypeOf<NotificationTopicData<typeof invoicePaid>>().toEqualTypeOf<InvoicePaid>();
  expectTypeOf<NotificationTopicData<'announcement'>>().toEqualTypeOf<{
    readonly title: string;
    readonly text: string;
  }>();
  expectTypeOf(invoicePaid.channels).toEqualTypeOf<readonly ('email' | 'push')[]>();
});
