import { setTimeout as delay } from 'node:timers/promises';

import { send, type Outcome } from '../http/http-client.ts';
import { Tally } from './tally.ts';

/** Looks at readiness again and again, as a load balancer does, each time on a new connection. */
export class ReadinessWatch {
  readonly tally = new Tally();
  readonly #running: Promise<void>;
  #stopped = false;

  private constructor(port: number, pauseMilliseconds: number) {
    this.#running = this.#watch(port, pauseMilliseconds);
  }

  static start(port: number, pauseMilliseconds: number): ReadinessWatch {
    return new ReadinessWatch(port, pauseMilliseconds);
  }

  /** When the first answer of 503 came to a question after this; NaN if none did. */
  firstUnready(after: number): number {
    const first = this.tally.outcomes.find(
      (outcome) => outcome.sentAt >= after && isUnready(outcome),
    );
    return first === undefined ? Number.NaN : first.sentAt + first.milliseconds;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #watch(port: number, pauseMilliseconds: number): Promise<void> {
    while (!this.#stopped) {
      const request = { port, path: '/health/ready' };
      this.tally.add(await send(request, { limitMilliseconds: 15_000 }));
      await delay(pauseMilliseconds);
    }
  }
}

function isUnready(outcome: Outcome): boolean {
  return outcome.kind === 'answer' && outcome.status === 503;
}
