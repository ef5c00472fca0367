import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { LOOPBACK } from '../stage/free-port.ts';
import { Sink } from './sink-behaviour.ts';

const STATUSES = { accept: 200, fail: 503, throttle: 429, refuse: 400 } as const;

/** A webhook that takes `{to, body}`, as SMS_PROVIDER=webhook posts it. */
export class SmsSink extends Sink {
  readonly #server: Server;

  private constructor() {
    super();
    this.#server = createServer((request, response) => {
      // A worker that is killed breaks its connections.
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async open(): Promise<SmsSink> {
    const sink = new SmsSink();
    sink.#server.listen(0, LOOPBACK);
    await once(sink.#server, 'listening');
    return sink;
  }

  get url(): string {
    return `http://${LOOPBACK}:${(this.#server.address() as AddressInfo).port}/sms`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { to, body } = (await json(request)) as { to: string; body: string };
    const behaviour = this.behaviourFor(to);
    if (behaviour === 'hang') {
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
    const headers = behaviour === 'throttle' ? { 'retry-after': '1' } : {};
    response.writeHead(STATUSES[behaviour], { ...headers, 'content-type': 'application/json' });
    response.end('{}');
  }
}
