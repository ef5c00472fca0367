import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { createEmailProvider } from '@org/notification';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { describe, expect, it, onTestFinished } from 'vitest';

type Stage = 'connect' | 'login' | 'sender' | 'recipient' | 'content';

/** A real SMTP server that answers so at that stage. */
async function startServer(stage: Stage, responseCode: number, text: string): Promise<string> {
  const refusal = Object.assign(new Error(text), { responseCode });
  const at = (here: Stage) => (here === stage ? refusal : null);
  const options: SMTPServerOptions = {
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 1,
    onConnect: (_session, done) => done(at('connect')),
    onAuth: ({ username }, _session, done) => done(at('login'), { user: username }),
    onMailFrom: (_address, _session, done) => done(at('sender')),
    onRcptTo: (_address, _session, done) => done(at('recipient')),
    onData: (stream, _session, done) => {
      stream.resume().on('end', () => done(at('content')));
    },
  };
  const server = new SMTPServer(options);
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  onTestFinished(() => new Promise<void>((resolve) => server.close(resolve)));
  return `smtp://user:p4ss@127.0.0.1:${(server.server.address() as AddressInfo).port}`;
}

async function sendTo(url: string): Promise<unknown> {
  const provider = createEmailProvider({ kind: 'smtp', url, from: 'no-reply@example.org' });
  const message = { to: 'ada@example.org', subject: 'Hello', text: 'Plain.', html: '<p>Rich.</p>' };
  return provider
    .send(message, {
      deliveryId: '64b000000000000000000001',
      timeToLiveSeconds: 300,
      signal: new AbortController().signal,
    })
    .catch((error: unknown) => error);
}

const OURS: readonly (readonly [Stage, number, string])[] = [
  ['connect', 421, 'Too busy'],
  ['connect', 554, '5.7.1 Your address is listed'],
  ['login', 535, '5.7.8 Authentication credentials invalid'],
  ['login', 454, '4.7.0 Temporary authentication failure'],
  ['login', 534, '5.7.9 Authentication mechanism is too weak'],
  ['sender', 530, '5.7.0 Authentication required'],
  ['sender', 550, '5.1.0 Sender rejected'],
  ['sender', 553, '5.7.1 Not owned by user'],
  ['sender', 452, '4.3.1 Insufficient system storage'],
  ['recipient', 530, '5.7.0 Authentication required'],
  ['recipient', 550, '5.7.1 Relaying denied'],
  ['recipient', 554, 'Relay access denied'],
  ['recipient', 503, '5.5.1 Bad sequence of commands'],
  ['recipient', 553, '5.1.8 Sender domain does not exist'],
  ['recipient', 450, '4.2.0 Greylisted'],
  ['recipient', 421, '4.7.0 Too many connections'],
  ['recipient', 550, 'Relaying denied'],
  ['recipient', 553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"],
  ['recipient', 553, 'that domain is not in my list of allowed rcpthosts'],
  ['content', 550, 'Rejected'],
  ['content', 554, 'Transaction failed'],
  ['content', 554, '5.2.0 SendAsDenied'],
  ['content', 550, '5.4.5 Daily sending limit exceeded'],
  ['content', 554, '5.7.1 Refused by policy: DMARC'],
  ['content', 550, '5.7.26 Unauthenticated mail'],
  ['content', 530, '5.7.0 Authentication required'],
  ['content', 451, '4.3.0 Local error'],
];

const FINAL: readonly (readonly [Stage, number, string])[] = [
  ['recipient', 550, '5.1.1 No such user'],
  ['recipient', 550, 'No such user'],
  ['recipient', 551, 'User not local'],
  ['recipient', 553, 'Mailbox name not allowed'],
  ['recipient', 553, '5.6.7 Non-ASCII addresses not permitted'],
  ['recipient', 550, '5.6.9 UTF-8 header message cannot be transferred'],
  ['recipient', 554, '5.2.1 Mailbox disabled'],
  ['recipient', 552, '5.2.2 Mailbox full'],
  ['recipient', 556, '5.1.10 Recipient has null MX'],
  ['recipient', 550, '5.0.0 No such user'],
  ['content', 550, '5.1.1 No such user'],
  ['recipient', 550, '5.4.1 Recipient address rejected: Access denied'],
  ['recipient', 550, 'sorry, no mailbox here by that name (#5.1.1)'],
  ['content', 554, '5.2.1 Mailbox disabled'],
  ['content', 552, 'Message too big'],
  ['content', 554, '5.6.0 Message refused'],
  ['content', 552, '5.3.4 Message too big'],
];

describe('the reply of an SMTP server', () => {
  it.each(OURS)('at %s, %i %s, is about us: tried again', async (stage, code, text) => {
    const error = await sendTo(await startServer(stage, code, text));

    expect(error).toMatchObject({ retryable: true });
    expect(String(error)).toContain(String(code));
  });

  it.each(FINAL)('at %s, %i %s, is about the recipient: final', async (stage, code, text) => {
    const error = await sendTo(await startServer(stage, code, text));

    expect(error).toMatchObject({ retryable: false });
    expect(String(error)).toContain(String(code));
    expect(String(error)).not.toMatch(/user|mailbox|ada@/i);
  });
});
