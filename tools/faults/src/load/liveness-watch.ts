import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { send } from '../http/http-client.ts';
import { Tally } from './tally.ts';

const PAUSE_MILLISECONDS = 2;

/**
 * Asks for `/health/live`, which takes no time, over and over on one connection: an answer is late
 * when the event loop is busy with something else.
 */
export class LivenessWatch {
  readonly tally = new Tally();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #running: Promise<void>;
  #stopped = false;

  private constructor(port: number) {
    this.#running = this.#watch(port);
  }

  static start(port: number): LivenessWatch {
    return new LivenessWatch(port);
  }

  async stop(): Promise<Tally> {
    this.#stopped = true;
    await this.#running;
    this.#agent.destroy();
    return this.tally;
  }

  async #watch(port: number): Promise<void> {
    const options = { limitMilliseconds: 30_000, agent: this.#agent };
    while (!this.#stopped) {
      this.tally.add(await send({ port, path: '/health/live' }, options));
      await delay(PAUSE_MILLISECONDS);
    }
  }
}
