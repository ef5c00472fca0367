import { FakeClock } from '@org/core/testing';
import { createEmailProvider } from '@org/notification';
import { runMessageProviderSuite } from '@org/notification/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startVendorServer, type VendorServer } from './vendor-server.ts';

const message = { to: 'ada@example.org', subject: 'Hello', text: 'Plain.', html: '<p>Rich.</p>' };
const apiKey = 'SG.s3cret';
const clock = new FakeClock();
const options = {
  deliveryId: '64b000000000000000000001',
  timeToLiveSeconds: 300,
  signal: new AbortController().signal,
};

/** As SendGrid answers: https://www.twilio.com/docs/sendgrid/api-reference/mail-send. */
function startSendGrid(): Promise<VendorServer> {
  const errors = (text: string, field: string | null = null) =>
    JSON.stringify({ errors: [{ message: text, field, help: null }] });
  return startVendorServer({
    accept: { status: 202, headers: { 'x-message-id': 'sg-14c5d75ce93' } },
    refuse: {
      status: 400,
      body: errors(
        'Does not contain a valid address: ada@example.org',
        'personalizations.0.to.0.email',
      ),
    },
    fail: { status: 503, body: errors('unavailable: Plain.') },
    limit: {
      status: 429,
      headers: { 'x-ratelimit-reset': String(clock.now().getTime() / 1_000 + 7) },
      body: errors('too many requests'),
    },
  });
}

function connect(vendor: VendorServer) {
  return createEmailProvider(
    {
      kind: 'sendgrid',
      apiKey,
      from: 'Example <no-reply@example.org>',
      baseUrl: vendor.url,
      timeoutMilliseconds: 5_000,
    },
    clock,
  );
}

function headersOf(vendor: VendorServer): readonly Readonly<Record<string, string>>[] {
  return vendor.accepted.map(({ body }) => {
    const { headers } = JSON.parse(body.toString()) as { headers: Record<string, string> };
    return headers;
  });
}

interface SendGridMail {
  readonly from: { readonly name: string };
  readonly reply_to: { readonly email: string };
}

runMessageProviderSuite('SendGrid', {
  failures: ['refuse', 'fail', 'limit', 'hang', 'drop'],
  start: async () => {
    const vendor = await startSendGrid();
    return {
      provider: connect(vendor),
      message,
      secrets: ['ada@example.org', 'Plain.', apiKey],
      accepted: async () => headersOf(vendor).map(({ 'Message-ID': messageId }) => messageId),
      acceptedHeaders: async () => headersOf(vendor),
      acceptedSenders: async () =>
        vendor.accepted.map(({ body }) => {
          const { from, reply_to } = JSON.parse(body.toString()) as SendGridMail;
          return { name: from.name, replyTo: reply_to.email };
        }),
      behave: vendor.behave,
      stop: vendor.stop,
    };
  },
});

describe('SendGrid', () => {
  let vendor: VendorServer;

  beforeEach(async () => {
    vendor = await startSendGrid();
  });
  afterEach(async () => {
    await vendor.stop();
  });

  it('gets the mail in the form of its Web API v3, untracked', async () => {
    expect(await connect(vendor).send(message, options)).toEqual({
      providerMessageId: 'sg-14c5d75ce93',
    });

    const [{ path, headers, body } = unexpected()] = vendor.accepted;
    expect(path).toBe('/v3/mail/send');
    expect(headers).toMatchObject({
      authorization: 'Bearer SG.s3cret',
      'content-type': 'application/json',
    });
    expect(JSON.parse(body.toString())).toEqual({
      personalizations: [{ to: [{ email: 'ada@example.org' }] }],
      from: { email: 'no-reply@example.org', name: 'Example' },
      subject: 'Hello',
      content: [
        { type: 'text/plain', value: 'Plain.' },
        { type: 'text/html', value: '<p>Rich.</p>' },
      ],
      headers: { 'Message-ID': '<64b000000000000000000001@example.org>' },
      custom_args: { delivery_id: '64b000000000000000000001' },
      tracking_settings: {
        click_tracking: { enable: false, enable_text: false },
        open_tracking: { enable: false },
      },
    });
  });

  it.each([401, 403])('may take the mail later when it answers %i to our key', async (status) => {
    vendor.behave({ status });

    await expect(connect(vendor).send(message, options)).rejects.toMatchObject({
      retryable: true,
      message: `SendGrid answered ${status}.`,
    });
  });

  it('redirects nobody with our key', async () => {
    vendor.behave({ status: 307, headers: { location: `${vendor.url}/elsewhere` } });

    await expect(connect(vendor).send(message, options)).rejects.toMatchObject({
      message: 'SendGrid answered 307.',
    });
  });

  it.each([
    ['120', 120_000],
    [new Date(clock.now().getTime() + 90_000).toUTCString(), 90_000],
    [new Date(clock.now().getTime() - 90_000).toUTCString(), 0],
    ['soon', undefined],
  ])('asks for quiet with Retry-After: %s', async (header, retryAfterMilliseconds) => {
    vendor.behave({ status: 503, headers: { 'retry-after': header } });

    await expect(connect(vendor).send(message, options)).rejects.toMatchObject({
      retryable: true,
      retryAfterMilliseconds,
    });
  });

  it('may take the mail later when it cannot be reached', async () => {
    const provider = connect(vendor);
    await vendor.stop();
    const failure = provider.send(message, options);

    await expect(failure).rejects.toMatchObject({
      retryable: true,
      message: 'SendGrid cannot be reached (ECONNREFUSED).',
    });
    vendor = await startSendGrid();
  });

  it.each(['no-reply', 'Example <no-reply>', 'Example\r\nBcc: eve@example.org <a@example.org>'])(
    'is not asked to send from %j',
    (from) => {
      expect(() => createEmailProvider({ kind: 'sendgrid', apiKey, from })).toThrow(RangeError);
    },
  );
});

function unexpected(): never {
  throw new Error('nothing was accepted');
}
