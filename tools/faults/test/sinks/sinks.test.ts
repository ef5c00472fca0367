import { createTransport } from 'nodemailer';
import { describe, expect, it, onTestFinished } from 'vitest';

import { EmailSink } from '../../src/sinks/email-sink.ts';
import type { Sink } from '../../src/sinks/sink-behaviour.ts';
import { SmsSink } from '../../src/sinks/sms-sink.ts';

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
      signal: AbortSignal.timeout(500),
    });
    if (!response.ok) {
      throw new Error(String(response.status));
    }
  };
  return { sink, to: RECIPIENTS.sms, send };
}

async function openEmail(): Promise<Sender> {
  const sink = await EmailSink.open();
  const transport = createTransport(`${sink.url}?socketTimeout=500`);
  const send = (): Promise<unknown> =>
    transport.sendMail({ from: 'a@example.com', to: RECIPIENTS.email, text: 'Hello' });
  return { sink, to: RECIPIENTS.email, send };
}

describe.each([
  { name: 'SmsSink', open: openSms },
  { name: 'EmailSink', open: openEmail },
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
