import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

import { localhostCertificate } from './localhost-certificate.ts';

/** A request as the receiver got it. */
export interface ReceivedWebhook {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A local server that receives webhooks, and answers as it is told to. */
export class Receiver {
  readonly received: ReceivedWebhook[] = [];
  /** `hang`: it never answers. */
  reply: Reply | Promise<Reply> | 'hang' = { status: 204 };
  readonly #server: Server;
  readonly #host: string;

  private constructor(isTls: boolean) {
    const answer = (request: IncomingMessage, response: ServerResponse) =>
      void this.#answer(request, response);
    this.#server = isTls ? createTlsServer(localhostCertificate, answer) : createServer(answer);
    this.#host = isTls ? 'https://localhost' : 'http://127.0.0.1';
  }

  /** Stopped when the test ends. */
  static async start({ isTls = false } = {}): Promise<Receiver> {
    const receiver = new Receiver(isTls);
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    onTestFinished(() => receiver.stop());
    return receiver;
  }

  get url(): string {
    return `${this.#host}:${this.port}/hook`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) {
      this.#server.close();
      await once(this.#server, 'close');
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks = (await request.toArray()) as Buffer[];
    const headers = request.headers as Record<string, string>;
    const body = Buffer.concat(chunks).toString();
    this.received.push({ path: request.url ?? '', headers, body });
    const reply = await this.reply;
    if (reply !== 'hang') {
      response.writeHead(reply.status, reply.headers).end('thank you');
    }
  }
}
