import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import { SMTPServer, type SMTPServerSession } from 'smtp-server';

import { listen, LOOPBACK, portOf } from '../loopback.ts';
import { decodeQuotedPrintable } from './secrets.ts';
import { Sink, type SinkBehaviour } from './sink.ts';

const CODES: Partial<Record<SinkBehaviour, number>> = { fail: 451, throttle: 450, refuse: 550 };

/** An SMTP server that keeps what it takes. */
export class MailSink extends Sink {
  readonly #sockets = new Set<Socket>();
  readonly #server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onConnect: (_session, greet) => {
      if (this.behaviourFor('') !== 'silent') {
        greet();
      }
    },
    onData: (stream, session, callback) => {
      text(stream).then(
        (message) => this.#answer(message, session, callback),
        (error: unknown) => callback(error as Error),
      );
    },
  });

  static async open(): Promise<MailSink> {
    const sink = new MailSink();
    const { server } = sink.#server;
    // What a killed worker leaves behind is no error of this server.
    sink.#server.on('error', () => undefined);
    server.on('connection', (socket) => {
      sink.connections += 1;
      sink.#sockets.add(socket);
      socket.once('close', () => sink.#sockets.delete(socket));
    });
    await listen(server);
    return sink;
  }

  get url(): string {
    return `smtp://${LOOPBACK}:${portOf(this.#server.server)}`;
  }

  get settings() {
    const from = { EMAIL_PROVIDER: 'smtp', EMAIL_FROM: 'Org <no-reply@example.com>' };
    return { ...from, SMTP_URL: this.url };
  }

  async close(): Promise<void> {
    this.#dropConnections();
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }

  #answer(
    message: string,
    session: SMTPServerSession,
    callback: (error?: Error | null) => void,
  ): void {
    const to = session.envelope.rcptTo[0]?.address ?? '';
    const behaviour = this.behaviourFor(to);
    const responseCode = CODES[behaviour];
    if (responseCode !== undefined) {
      callback(Object.assign(new Error('No'), { responseCode }));
    } else if (behaviour === 'drop') {
      this.#dropConnections();
    } else if (behaviour === 'accept') {
      this.take(to, decodeQuotedPrintable(message));
      setTimeout(callback, this.delayMilliseconds);
    }
  }

  #dropConnections(): void {
    this.#sockets.forEach((socket) => socket.destroy());
  }
}
