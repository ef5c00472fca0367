import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

import { LOOPBACK } from '../servers/http-client.ts';

const CODE = /\b\d{6}\b/;
const LIMIT_MILLISECONDS = 20_000;

/** A text message that somebody waited for did not come. */
export class MessageMissingError extends Error {
  constructor(to: string) {
    super(`No message with a code came to ${to} within ${LIMIT_MILLISECONDS / 1_000} s.`);
    this.name = new.target.name;
  }
}

/** Takes text messages as a provider's webhook, `POST {to, body}`, and reads the codes in them. */
export class SmsSink {
  readonly url: string;
  readonly #server: Server;
  readonly #expected: Map<string, (code: string) => void>;

  private constructor(server: Server, expected: Map<string, (code: string) => void>) {
    this.url = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/messages`;
    this.#server = server;
    this.#expected = expected;
  }

  static async open(): Promise<SmsSink> {
    const expected = new Map<string, (code: string) => void>();
    const server = createServer((request, response) => {
      json(request)
        .then((message) => {
          const { to, body } = message as { to: string; body: string };
          const [code] = CODE.exec(body) ?? [];
          if (code !== undefined) {
            expected.get(to)?.(code);
          }
          response.writeHead(204).end();
        })
        .catch(() => response.writeHead(400).end());
    }).listen(0, LOOPBACK);
    await once(server, 'listening');
    return new SmsSink(server, expected);
  }

  /**
   * The code in the next message to a number; ask before it is sent.
   *
   * @throws MessageMissingError when none comes in time
   */
  async takeCode(to: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        this.#expected.delete(to);
        finish();
      };
      const timer = setTimeout(
        () => settle(() => reject(new MessageMissingError(to))),
        LIMIT_MILLISECONDS,
      );
      this.#expected.set(to, (code) => settle(() => resolve(code)));
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
