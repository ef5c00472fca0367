import { Agent, createServer, request as send, type RequestListener } from 'node:http';

import { listen, LOOPBACK, send as ask, isAnswer } from '@org/harness';

/** Well below the program's SHUTDOWN_DELAY. */
const LOOK_MILLISECONDS = 100;

interface Target {
  readonly port: number;
  isReady: boolean;
  answers: number;
}

/**
 * A load balancer: sends each request to the next target that was ready when it last looked, once and
 * without trying another, and keeps connections open.
 */
export class Proxy {
  port = 0;
  readonly #targets: Target[] = [];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server = createServer((request, response) => this.#forward(request, response));
  readonly #watch = setInterval(() => void this.look(), LOOK_MILLISECONDS);
  #next = 0;

  static async open(): Promise<Proxy> {
    const proxy = new Proxy();
    proxy.port = await listen(proxy.#server);
    return proxy;
  }

  add(port: number): void {
    this.#targets.push({ port, isReady: false, answers: 0 });
  }

  /** How many requests a target has answered. */
  answersOf(port: number): number {
    return this.#targets.find((target) => target.port === port)?.answers ?? 0;
  }

  /** Asks every target whether it is ready. */
  async look(): Promise<void> {
    const looks = this.#targets.map(async (target) => {
      const outcome = await ask({ port: target.port, path: '/health/ready' });
      target.isReady = isAnswer(outcome) && outcome.status === 200;
    });
    await Promise.all(looks);
  }

  close(): void {
    clearInterval(this.#watch);
    this.#agent.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  readonly #forward: RequestListener = (request, response) => {
    const ready = this.#targets.filter(({ isReady }) => isReady);
    const target = ready[(this.#next += 1) % ready.length];
    if (target === undefined) {
      response.writeHead(503).end();
      return;
    }
    const { method, url: path, headers } = request;
    const address = { host: LOOPBACK, port: target.port };
    const forwarded = send({ ...address, method, path, headers, agent: this.#agent }, (answer) => {
      target.answers += 1;
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.once('error', () => response.writeHead(502).end());
    request.pipe(forwarded);
  };
}
