import type { EmailMessage } from '@org/notification';
import { runMessageProviderSuite } from '@org/notification/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

import { createPostmarkProvider } from '../own-providers/postmark-provider.ts';
import { createSesProvider } from '../own-providers/ses-provider.ts';
import { startSmtpServer, headerOf } from './smtp-server.ts';
import { startVendorServer } from './vendor-server.ts';

const message = { to: 'ada@example.org', subject: 'Hello', text: 'Plain.', html: '<p>Rich.</p>' };
const token = 'pm-s3cret';

interface PostmarkMail {
  readonly From: string;
  readonly ReplyTo: string;
  readonly Headers: readonly { readonly Name: string; readonly Value: string }[];
  readonly Metadata: { readonly delivery_id: string };
}

runMessageProviderSuite<EmailMessage>('Postmark, as in the README,', {
  failures: ['refuse', 'fail', 'limit', 'hang', 'drop'],
  start: async () => {
    const vendor = await startVendorServer({
      accept: { status: 200, body: JSON.stringify({ MessageID: 'pm-1', ErrorCode: 0 }) },
      refuse: { status: 422, body: JSON.stringify({ Message: 'ada@example.org is inactive' }) },
      fail: { status: 503 },
      limit: { status: 429, headers: { 'retry-after': '7' } },
    });
    const mails = () =>
      vendor.accepted.map(({ body }) => JSON.parse(body.toString()) as PostmarkMail);
    const postmark = createPostmarkProvider(`${vendor.url}/email`, token, 'no-reply@example.org');
    return {
      // The worker has a time limit.
      provider: {
        send: (mail, options) =>
          postmark.send(mail, {
            ...options,
            signal: AbortSignal.any([options.signal, AbortSignal.timeout(5_000)]),
          }),
      },
      message,
      secrets: ['ada@example.org', 'Plain.', token],
      accepted: async () => mails().map(({ Metadata }) => Metadata.delivery_id),
      acceptedHeaders: async () =>
        mails().map(({ Headers }) =>
          Object.fromEntries(Headers.map(({ Name, Value }) => [Name, Value])),
        ),
      acceptedSenders: async () =>
        mails().map(({ From, ReplyTo }) => ({
          name: /^"(.*)" <no-reply@example\.org>$/.exec(From)?.[1] ?? From,
          replyTo: ReplyTo,
        })),
      behave: vendor.behave,
      stop: vendor.stop,
    };
  },
});

describe('SES, as in the README,', () => {
  it('gets a mail with headers of its own beside those of the message', async () => {
    const { url, mails, stop } = await startSmtpServer();
    onTestFinished(stop);
    const from = 'Example <no-reply@example.org>';
    const provider = createSesProvider({ url, from, configurationSet: 'main' });

    await provider.send(
      { ...message, headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } },
      {
        deliveryId: '64b000000000000000000001',
        topic: 'billing.invoice-paid',
        locale: 'de-AT',
        timeToLiveSeconds: 300,
        signal: new AbortController().signal,
      },
    );

    const names = [
      'X-SES-CONFIGURATION-SET',
      'X-SES-MESSAGE-TAGS',
      'List-Unsubscribe-Post',
      'Message-ID',
    ];
    expect(names.map((name) => headerOf(mails[0]!, name))).toEqual([
      'main',
      'topic=billing_invoice-paid, locale=de-AT',
      'List-Unsubscribe=One-Click',
      '<64b000000000000000000001@example.org>',
    ]);
  });
});
