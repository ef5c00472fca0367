import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { SMTPServer } from 'smtp-server';

export interface TextMessage {
  readonly to: string;
  readonly body: string;
}

/** A local server that takes what the program's SMS webhook posts. */
export class SmsSink {
  readonly messages: TextMessage[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void request.toArray().then((chunks) => {
        this.messages.push(JSON.parse(Buffer.concat(chunks as Buffer[]).toString()) as TextMessage);
        response.writeHead(204).end();
      });
    });
  }

  static async open(): Promise<SmsSink> {
    const sink = new SmsSink();
    sink.#server.listen(0, '127.0.0.1');
    await once(sink.#server, 'listening');
    return sink;
  }

  get settings() {
    const { port } = this.#server.address() as AddressInfo;
    return { SMS_PROVIDER: 'webhook', SMS_WEBHOOK_URL: `http://127.0.0.1:${port}/` };
  }

  /** The code in the newest message to a number. */
  codeFor(phoneNumber: string): string | undefined {
    const newest = this.messages.findLast(({ to }) => to === phoneNumber);
    return newest && /\d{6}/.exec(newest.body)?.[0];
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

export interface Mail {
  readonly to: string;
  /** Headers and body as they arrived, with soft line breaks of quoted-printable undone. */
  readonly source: string;
}

/** A local SMTP server. */
export class MailSink {
  readonly mails: Mail[] = [];
  readonly #server: SMTPServer;

  private constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, session, done) => {
        void stream.toArray().then((chunks) => {
          const [recipient] = session.envelope.rcptTo;
          const source = Buffer.concat(chunks as Buffer[]).toString();
          this.mails.push({ to: recipient?.address ?? '', source: decode(source) });
          done();
        });
      },
    });
  }

  static async open(): Promise<MailSink> {
    const sink = new MailSink();
    sink.#server.listen(0, '127.0.0.1');
    await once(sink.#server.server, 'listening');
    return sink;
  }

  get settings() {
    const { port } = this.#server.server.address() as AddressInfo;
    return {
      EMAIL_PROVIDER: 'smtp',
      EMAIL_FROM: 'Org <no-reply@example.com>',
      SMTP_URL: `smtp://127.0.0.1:${port}`,
    };
  }

  /** The newest mail to an address. */
  newestTo(address: string): Mail | undefined {
    return this.mails.findLast(({ to }) => to === address);
  }

  close(): void {
    this.#server.close();
  }
}

function decode(source: string): string {
  return source
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}
