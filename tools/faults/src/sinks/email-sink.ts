import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import { SMTPServer, type SMTPServerSession } from 'smtp-server';

import { LOOPBACK } from '../stage/free-port.ts';
import { Sink, type SinkBehaviour } from './sink-behaviour.ts';

const CODES: Partial<Record<SinkBehaviour, number>> = { fail: 451, throttle: 450, refuse: 550 };

/** An SMTP server that keeps what it takes. */
export class EmailSink extends Sink {
  readonly #server: SMTPServer;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    super();
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      logger: false,
      onData: (stream, session, callback) => {
        text(stream).then(
          (message) => this.#answer(message, session, callback),
          (error: unknown) => callback(error as Error),
        );
      },
    });
    // What a killed worker leaves behind is no error of this server.
    this.#server.on('error', () => undefined);
    this.#server.server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async open(): Promise<EmailSink> {
    const sink = new EmailSink();
    sink.#server.listen(0, LOOPBACK);
    await once(sink.#server.server, 'listening');
    return sink;
  }

  get url(): string {
    return `smtp://${LOOPBACK}:${(this.#server.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#dropConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #answer(
    message: string,
    session: SMTPServerSession,
    callback: (error?: Error | null) => void,
  ): void {
    const to = session.envelope.rcptTo[0]?.address ?? '';
    const behaviour = this.behaviourFor(to);
    if (behaviour === 'hang') {
      return;
    }
    if (behaviour === 'drop') {
      this.#dropConnections();
      return;
    }
    const responseCode = CODES[behaviour];
    if (responseCode !== undefined) {
      callback(Object.assign(new Error('No'), { responseCode }));
      return;
    }
    this.take(to, message);
    setTimeout(callback, this.delayMilliseconds);
  }

  #dropConnections(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }
}
