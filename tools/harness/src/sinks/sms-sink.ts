import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { listen, LOOPBACK, portOf } from '../loopback.ts';
import { Sink } from './sink.ts';

const STATUSES = { accept: 204, fail: 503, throttle: 429, refuse: 400 } as const;

/** A webhook that takes `{to, body}`, as SMS_PROVIDER=webhook posts it. */
export class SmsSink extends Sink {
  readonly #server = createServer((request, response) => {
    // A worker that is killed breaks its connections.
    this.#answer(request, response).catch(() => response.writeHead(STATUSES.refuse).end());
  }).on('connection', () => (this.connections += 1));

  static async open(): Promise<SmsSink> {
    const sink = new SmsSink();
    await listen(sink.#server);
    return sink;
  }

  get url(): string {
    return `http://${LOOPBACK}:${portOf(this.#server)}/sms`;
  }

  get settings() {
    return { SMS_PROVIDER: 'webhook', SMS_WEBHOOK_URL: this.url };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { to, body } = (await json(request)) as { to: string; body: string };
    const behaviour = this.behaviourFor(to);
    if (behaviour === 'hang' || behaviour === 'silent') {
      return;
    }
    if (behaviour === 'drop') {
      response.destroy();
      return;
    }
    if (behaviour === 'accept') {
      // Taken is taken, also where the sender dies before it hears of it.
      this.take(to, body);
      await delay(this.delayMilliseconds);
    }
    response.writeHead(STATUSES[behaviour], behaviour === 'throttle' ? { 'retry-after': '1' } : {});
    response.end();
  }
}
