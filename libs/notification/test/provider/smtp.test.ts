import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { createEmailProvider } from '@org/notification';
import { runMessageProviderSuite, type VendorBehaviour } from '@org/notification/testing';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { describe, expect, it, onTestFinished } from 'vitest';

const message = { to: 'ada@example.org', subject: 'Hello', text: 'Plain.', html: '<p>Rich.</p>' };
const options = {
  deliveryId: '64b000000000000000000001',
  timeToLiveSeconds: 300,
  signal: new AbortController().signal,
};

interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly source: string;
}

/** A real SMTP server that behaves as it is told to. */
async function startSmtpServer(serverOptions: SMTPServerOptions = {}) {
  let behaviour: VendorBehaviour = 'accept';
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 1,
    onAuth: ({ username }, _session, done) => done(null, { user: username }),
    onRcptTo: (_address, session, done) => {
      if (behaviour === 'drop') {
        const { connections } = server as unknown as {
          connections: Set<{ session: unknown; _socket: { destroy(): void } }>;
        };
        [...connections].find((each) => each.session === session)?._socket.destroy();
      } else if (behaviour !== 'hang') {
        done(errorOf(behaviour));
      }
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
    ...serverOptions,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    behave: (next: VendorBehaviour) => {
      behaviour = next;
    },
    stop: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}

function errorOf(behaviour: VendorBehaviour): Error | null {
  const responseCode = { refuse: 550, fail: 451, limit: 452 }[behaviour as string];
  return responseCode === undefined
    ? null
    : Object.assign(new Error('no such user ada@example.org'), { responseCode });
}

function connect(url: string, timeoutMilliseconds = 1_500) {
  return createEmailProvider({
    kind: 'smtp',
    url,
    from: 'Example <no-reply@example.org>',
    timeoutMilliseconds,
  });
}

function headerOf({ source }: ReceivedMail, name: string): string | undefined {
  const unfolded = source.replace(/\r\n[ \t]+/g, ' ');
  return new RegExp(`^${name}: (.*)$`, 'im').exec(unfolded)?.[1]?.trim();
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
