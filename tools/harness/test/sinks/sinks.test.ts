import { once } from 'node:events';
import { connect } from 'node:net';

import { createTransport } from 'nodemailer';
import { describe, expect, it, onTestFinished } from 'vitest';

import { MailSink, SmsSink, type Sink } from '../../src/index.ts';

const RECIPIENTS = { sms: '+919900000001', email: 'ada@example.com' };

/** A way to send a message to a sink: rejects when the sink does not take it. */
interface Sender {
  readonly sink: Sink;
  readonly to: string;
  readonly send: () => Promise<unknown>;
}

async function openSms(): Promise<Sender> {
  const sink = await SmsSink.open();
  const send = async (): Promise<void> => {
    const response = await fetch(sink.url, {
      method: 'POST',
      body: JSON.stringify({ to: RECIPIENTS.sms, body: 'Hello' }),
      signal: AbortSignal.timeout(5_000),
    });
    if (!response.ok) {
      throw new Error(String(response.status));
    }
  };
  return { sink, to: RECIPIENTS.sms, send };
}

async function openEmail(): Promise<Sender> {
  const sink = await MailSink.open();
  const transport = createTransport(`${sink.url}?socketTimeout=5000`);
  const send = (): Promise<unknown> =>
    transport.sendMail({ from: 'a@example.com', to: RECIPIENTS.email, text: 'Hello' });
  return { sink, to: RECIPIENTS.email, send };
}

describe.each([
  { name: 'SmsSink', open: openSms },
  { name: 'MailSink', open: openEmail },
])('$name', ({ open }) => {
  it('takes a message and keeps it', async () => {
    const { sink, to, send } = await open();
    onTestFinished(() => sink.close());

    await send();

    expect(sink.takenBy(to).map(({ text }) => text.trimEnd())).toEqual([
      expect.stringMatching(/Hello$/u),
    ]);
  });

  it.each(['fail', 'throttle', 'hang', 'drop', 'refuse'] as const)(
    'can %s, and takes nothing then',
    async (behaviour) => {
      const { sink, send } = await open();
      onTestFinished(() => sink.close());
      sink.behave(behaviour);

      await expect(send()).rejects.toThrow();

      expect(sink.taken).toEqual([]);
    },
  );

  it('refuses some recipients for good while it takes others', async () => {
    const { sink, to, send } = await open();
    onTestFinished(() => sink.close());
    sink.refuse([to]);

    await expect(send()).rejects.toThrow();

    sink.refuse([]);
    await send();
    expect(sink.taken).toHaveLength(1);
  });
});

describe(SmsSink, () => {
  it('refuses what is no message', async () => {
    const sink = await SmsSink.open();
    onTestFinished(() => sink.close());
    const { status } = await fetch(sink.url, { method: 'POST', body: 'not JSON' });
    expect(status).toBe(400);
  });
});

describe(MailSink, () => {
  const MESSAGE = { from: 'a@example.com', to: 'b@example.com', subject: 'Hello', text: 'World' };

  async function openSilent(): Promise<MailSink> {
    const sink = await MailSink.open();
    sink.behave('silent');
    return sink;
  }

  it('takes messages and counts them', async () => {
    const sink = await MailSink.open();
    onTestFinished(() => sink.close());
    const transport = createTransport(sink.url);
    await transport.sendMail(MESSAGE);
    await transport.sendMail(MESSAGE);
    expect(sink.taken).toHaveLength(2);
  });

  it('counts connections and says nothing on them when it is silent', async () => {
    const sink = await openSilent();
    onTestFinished(() => sink.close());
    const transport = createTransport({ url: sink.url, greetingTimeout: 100 });
    await expect(transport.sendMail(MESSAGE)).rejects.toThrow('Greeting never received');
    expect(sink.connections).toBe(1);
    expect(sink.taken).toEqual([]);
  });

  it('drops what hangs when it closes', async () => {
    const sink = await openSilent();
    const socket = connect(Number(new URL(sink.url).port), '127.0.0.1');
    const ended = once(socket, 'close');
    await once(socket, 'connect');
    await sink.close();
    await ended;
    expect(socket.destroyed).toBe(true);
  });
});
