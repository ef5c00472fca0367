import { once } from 'node:events';
import { connect } from 'node:net';

import { createTransport } from 'nodemailer';
import { describe, expect, it, onTestFinished } from 'vitest';

import { openHangingMailSink, openMailSink } from '../../src/messages/mail-sinks.ts';

const MESSAGE = { from: 'a@example.com', to: 'b@example.com', subject: 'Hello', text: 'World' };

describe(openMailSink, () => {
  it('takes messages and counts them', async () => {
    const sink = await openMailSink();
    onTestFinished(() => sink.close());
    const transport = createTransport(sink.url);
    await transport.sendMail(MESSAGE);
    await transport.sendMail(MESSAGE);
    expect(sink.count()).toBe(2);
  });
});

describe(openHangingMailSink, () => {
  it('counts connections and says nothing on them', async () => {
    const sink = await openHangingMailSink();
    onTestFinished(() => sink.close());
    const transport = createTransport({ url: sink.url, greetingTimeout: 100 });
    await expect(transport.sendMail(MESSAGE)).rejects.toThrow('Greeting never received');
    expect(sink.count()).toBe(1);
  });

  it('drops what hangs when it closes', async () => {
    const sink = await openHangingMailSink();
    const socket = connect(Number(new URL(sink.url).port), '127.0.0.1');
    const ended = once(socket, 'close');
    await once(socket, 'connect');
    await sink.close();
    await ended;
    expect(socket.destroyed).toBe(true);
  });
});
