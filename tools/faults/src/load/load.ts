import { setTimeout as delay } from 'node:timers/promises';

import { isAnswer, Tally, type Outcome } from '@org/harness';

import type { ApiClient } from './api-client.ts';
import { Ledger } from './ledger.ts';
import { signUpAndLogIn } from './people.ts';
import { Writer } from './writer.ts';

type Request = () => Promise<Outcome>;

/** Load that goes on until it is stopped. */
export interface Load {
  readonly tally: Tally;
  /** Resolves when the last request has ended. */
  stop(): Promise<Tally>;
}

/** Each makes its next request when its last has ended, after a pause where there was no answer. */
export function startLoad(requesters: readonly Request[], pauseMilliseconds?: number): Load {
  const tally = new Tally();
  let stopped = false;
  const running = requesters.map(async (request) => {
    while (!stopped) {
      const outcome = await request();
      tally.add(outcome);
      if (pauseMilliseconds !== undefined || !isAnswer(outcome)) {
        await delay(pauseMilliseconds ?? 10);
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

/** Sends at a rate, whether or not earlier requests have ended: as clients do that know no other. */
export function startPacedLoad(requestsPerSecond: number, request: Request): Load {
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

export interface MixedLoadOptions {
  readonly requestsPerSecond: number;
  readonly writers: number;
}

/** Writes by so many writers, and reads while all of them wait, at a rate. */
export async function startMixedLoad(
  client: ApiClient,
  { requestsPerSecond, writers }: MixedLoadOptions,
): Promise<Load & { readonly ledger: Ledger }> {
  const ledger = new Ledger();
  const reader = await signUpAndLogIn(client);
  const idle = Array.from({ length: writers }, () => new Writer(client, ledger));
  const load = startPacedLoad(requestsPerSecond, async () => {
    const writer = idle.shift();
    if (writer === undefined) {
      return client.readAccount(reader);
    }
    const outcome = await writer.step();
    idle.push(writer);
    return outcome;
  });
  return { ...load, ledger };
}
