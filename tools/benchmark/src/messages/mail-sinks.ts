import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { SMTPServer } from 'smtp-server';

import { LOOPBACK } from '../servers/http-client.ts';

/** A mail server on loopback. */
export interface MailSink {
  readonly url: string;
  /** How often it was turned to: messages taken, or connections left hanging. */
  readonly count: () => number;
  close(): Promise<void>;
}

/** Takes every message and forgets it. */
export async function openMailSink(): Promise<MailSink> {
  let messages = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      stream.resume().once('end', () => {
        messages += 1;
        done();
      });
    },
  });
  // A client that is killed drops its connection, which is no failure of the sink.
  server.on('error', () => undefined);
  const listener = server.listen(0, LOOPBACK);
  await once(listener, 'listening');
  return {
    url: urlOf(listener),
    count: () => messages,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** Accepts connections and never says a word, as a provider that hangs. */
export async function openHangingMailSink(): Promise<MailSink> {
  let connections = 0;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
  }).listen(0, LOOPBACK);
  await once(server, 'listening');
  return {
    url: urlOf(server),
    count: () => connections,
    close: async () => {
      open.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}

function urlOf(server: Server): string {
  return `smtp://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
}
