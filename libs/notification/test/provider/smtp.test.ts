import { createEmailProvider } from '@org/notification';
import { runMessageProviderSuite } from '@org/notification/testing';
import type { SMTPServerOptions } from 'smtp-server';
import { describe, expect, it, onTestFinished } from 'vitest';

import { headerOf, senderOf, startSmtpServer } from './smtp-server.ts';

const message = { to: 'ada@example.org', subject: 'Hello', text: 'Plain.', html: '<p>Rich.</p>' };
const options = {
  deliveryId: '64b000000000000000000001',
  timeToLiveSeconds: 300,
  signal: new AbortController().signal,
};

function connect(url: string, timeoutMilliseconds = 5_000) {
  return createEmailProvider({
    kind: 'smtp',
    url,
    from: 'Example <no-reply@example.org>',
    timeoutMilliseconds,
  });
}

runMessageProviderSuite('SMTP', {
  failures: ['refuse', 'fail', 'limit', 'hang', 'drop'],
  tellsRetryAfter: false,
  start: async () => {
    const { url, mails, behave, stop } = await startSmtpServer();
    return {
      provider: connect(url.replace('//', '//user:p4ss@')),
      message,
      secrets: ['ada@example.org', 'Plain.', 'p4ss'],
      accepted: async () => mails.map((mail) => headerOf(mail, 'Message-ID')),
      acceptedHeaders: async () =>
        mails.map((mail) => ({
          'List-Unsubscribe': headerOf(mail, 'List-Unsubscribe'),
          'List-Unsubscribe-Post': headerOf(mail, 'List-Unsubscribe-Post'),
        })),
      acceptedSenders: async () => mails.map(senderOf),
      behave,
      stop,
    };
  },
});

describe('SMTP', () => {
  async function start(serverOptions?: SMTPServerOptions) {
    const server = await startSmtpServer(serverOptions);
    onTestFinished(server.stop);
    return server;
  }

  it('gets a mail with text and HTML from us to one recipient', async () => {
    const { url, mails } = await start();

    await connect(url, 5_000).send(message, options);

    const [mail] = mails;
    expect(mail).toMatchObject({ from: 'no-reply@example.org', to: ['ada@example.org'] });
    expect(headerOf(mail!, 'From')).toBe('Example <no-reply@example.org>');
    expect(headerOf(mail!, 'Subject')).toBe('Hello');
    expect(headerOf(mail!, 'Message-ID')).toBe('<64b000000000000000000001@example.org>');
    expect(mail!.source).toMatch(/text\/plain[^]*Plain\.[^]*text\/html[^]*<p>Rich\.<\/p>/);
  });

  it('takes an address with a comma for one address that does not exist', async () => {
    const { url, mails } = await start();

    const sending = connect(url, 5_000).send(
      { ...message, to: 'ada@example.org, eve@example.org' },
      options,
    );

    await sending.catch(() => undefined);
    expect(mails.flatMap(({ to }) => to)).not.toContain('eve@example.org');
  });

  it('has no line that the subject brought along', async () => {
    const { url, mails } = await start();

    await connect(url, 5_000).send(
      { ...message, subject: 'Hello\r\nBcc: eve@example.org' },
      options,
    );

    expect(headerOf(mails[0]!, 'Bcc')).toBeUndefined();
  });

  it('gets a mail from our address, whatever name the message gives it', async () => {
    const { url, mails } = await start();

    await connect(url, 5_000).send({ ...message, sender: { name: 'Acme' } }, options);

    expect(mails[0]).toMatchObject({ from: 'no-reply@example.org' });
    expect(headerOf(mails[0]!, 'From')).toBe('Acme <no-reply@example.org>');
    expect(headerOf(mails[0]!, 'Reply-To')).toBeUndefined();
  });

  it('has no line that the sender brought along', async () => {
    const { url, mails } = await start();
    const line = '\r\nBcc: eve@example.org';
    const sender = { name: `Acme${line}`, replyTo: `help@example.org${line}` };

    await connect(url, 5_000).send({ ...message, sender }, options);

    expect(mails[0]!.source).toContain('Reply-To: ');
    expect(headerOf(mails[0]!, 'Bcc')).toBeUndefined();
  });

  it('may take a mail later when it refuses our login: that is about us', async () => {
    const { url } = await start({
      onAuth: (_credentials, _session, done) => done(new Error('Invalid login')),
    });

    await expect(
      connect(url.replace('//', '//user:wrong@'), 5_000).send(message, options),
    ).rejects.toMatchObject({ retryable: true, message: 'The SMTP server answered 535.' });
  });

  it('may take a mail later when it cannot be reached', async () => {
    const server = await startSmtpServer();
    await server.stop();

    await expect(connect(server.url, 5_000).send(message, options)).rejects.toMatchObject({
      retryable: true,
      message: expect.stringMatching(/^The SMTP server cannot be reached \(\w+\)\.$/) as string,
    });
  });
});
