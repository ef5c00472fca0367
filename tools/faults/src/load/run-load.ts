import { setTimeout as delay } from 'node:timers/promises';

import { isAnswer, type Outcome } from '../http/http-client.ts';
import { Tally } from './tally.ts';

type Request = () => Promise<Outcome>;

/** Before trying again what was not even answered. */
const PAUSE_MILLISECONDS = 10;

/** Load that goes on until it is stopped. */
export interface Load {
  readonly tally: Tally;
  /** Resolves when the last request has ended. */
  stop(): Promise<Tally>;
}

/** Each requester makes its next request when its last has ended. */
export function startLoad(requesters: readonly Request[]): Load {
  const tally = new Tally();
  let stopped = false;
  const running = requesters.map(async (request) => {
    while (!stopped) {
      const outcome = await request();
      tally.add(outcome);
      if (!isAnswer(outcome)) {
        await delay(PAUSE_MILLISECONDS);
      }
    }
  });
  return {
    tally,
    stop: async () => {
      stopped = true;
      await Promise.all(running);
      return tally;
    },
  };
}

export interface PacedLoadOptions {
  readonly requestsPerSecond: number;
  /** One request each, whether or not earlier ones have ended. */
  readonly request: Request;
}

/** Sends at a rate, as clients do who know nothing of each other. */
export function startPacedLoad({ requestsPerSecond, request }: PacedLoadOptions): Load {
  const tally = new Tally();
  const open = new Set<Promise<void>>();
  const startedAt = performance.now();
  let sent = 0;
  const sendDue = (): void => {
    const due = ((performance.now() - startedAt) / 1_000) * requestsPerSecond;
    for (; sent < due; sent += 1) {
      const ending: Promise<void> = request().then((outcome) => {
        tally.add(outcome);
        open.delete(ending);
      });
      open.add(ending);
    }
  };
  const timer = setInterval(sendDue, 5);
  return {
    tally,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(open);
      return tally;
    },
  };
}

/** Asks whoever has nothing to wait for, and else somebody who never has to. */
export function requestByIdle(
  busy: readonly { step: () => Promise<Outcome> }[],
  otherwise: Request,
): Request {
  const idle = [...busy];
  return async () => {
    const next = idle.shift();
    if (next === undefined) {
      return otherwise();
    }
    try {
      return await next.step();
    } finally {
      idle.push(next);
    }
  };
}
