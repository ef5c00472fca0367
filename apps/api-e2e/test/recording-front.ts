import { createServer, request as send, type IncomingMessage, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { listen } from '@org/harness';

/** A request of a browser to the API, and what the API answered. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly hasCookie: boolean;
  readonly status: number;
  /** Of an error. */
  readonly code: string | undefined;
  readonly setsCookie: boolean;
}

/** Stands before the API at `localhost`, changes nothing, and keeps what passes below `/api`. */
export class RecordingFront {
  readonly exchanges: Exchange[] = [];
  readonly #server: Server;
  #address = '';

  /** @param target where the API is */
  constructor(target: string) {
    this.#server = createServer((request, response) => {
      const { method, headers, url = '/' } = request;
      const forwarded = send(new URL(url, target), { method, headers }, (answer) => {
        void buffer(answer).then((body) => {
          this.#keep(request, answer, body);
          response.writeHead(answer.statusCode ?? 0, answer.headers).end(body);
        });
      });
      request.pipe(forwarded);
    });
  }

  get address(): string {
    return this.#address;
  }

  async open(): Promise<void> {
    this.#address = `http://localhost:${await listen(this.#server)}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #keep(
    { method = '', url = '', headers }: IncomingMessage,
    answer: IncomingMessage,
    body: Buffer,
  ) {
    if (!url.startsWith('/api/') || url.startsWith('/api/docs')) {
      return;
    }
    this.exchanges.push({
      ...{ method, path: url, status: answer.statusCode ?? 0 },
      hasCookie: headers.cookie !== undefined,
      code: /"code":"(\w+)"/.exec(body.toString())?.[1],
      setsCookie: answer.headers['set-cookie'] !== undefined,
    });
  }
}
