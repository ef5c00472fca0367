import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import type { SMTPServer, SMTPServerSession } from 'smtp-server';

import { listen, LOOPBACK, portOf } from '../loopback.ts';
import { Sink, type SinkBehaviour } from './sink.ts';

const CODES: Partial<Record<SinkBehaviour, number>> = { fail: 451, throttle: 450, refuse: 550 };

export class MailSink extends Sink {
  readonly #sockets = new Set<Socket>();
  readonly #server: SMTPServer;

  private constructor(server: typeof SMTPServer) {
    super();
    this.#server = new server({
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
    // A worker that is killed breaks its connections.
    this.#server.on('error', () => undefined);
    this.#server.server.on('connection', (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async open(): Promise<MailSink> {
    // Here, so that a program which only starts a mongod does not load it.
    const { SMTPServer } = await import('smtp-server');
    const sink = new MailSink(SMTPServer);
    await listen(sink.#server.server);
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

/** A mail may break a long link over two lines. */
export function decodeQuotedPrintable(text: string): string {
  const decode = (_: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16));
  return text.replaceAll(/=\r?\n/gu, '').replaceAll(/=([0-9A-F]{2})/gu, decode);
}
