import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

import { listen, LOOPBACK } from '@org/harness';

import type { Page } from './pages.ts';

/** A page as it was printed, with the idempotency key that it came with. */
export interface Print extends Page {
  readonly key: string;
}

/** Of so many requests, one is refused, and one is obeyed but answered with an error. */
const REFUSAL_INTERVAL = 5;
const LOST_ANSWER_INTERVAL = 7;

/** A system outside of MongoDB that fails at times. It prints what it is sent, as often as it is. */
export class Press {
  readonly prints: Print[] = [];
  #requests = 0;
  readonly #server = createServer((request, response) => {
    // A worker that is killed breaks its connections.
    json(request).then(
      (page) => {
        this.#requests += 1;
        const isRefused = this.#requests % REFUSAL_INTERVAL === 0;
        if (!isRefused) {
          const key = String(request.headers['idempotency-key']);
          this.prints.push({ ...(page as Page), key });
        }
        const fails = isRefused || this.#requests % LOST_ANSWER_INTERVAL === 0;
        response.writeHead(fails ? 503 : 204).end();
      },
      () => response.destroy(),
    );
  });

  /** @returns its address */
  async open(): Promise<string> {
    return `http://${LOOPBACK}:${await listen(this.#server)}/`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
