import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { isSuccess, type Outcome } from '@org/harness';

import { readId, type ApiClient, type Bearer } from '../load/api-client.ts';
import type { HistoryRecorder } from './history.ts';

/** For longer than an election takes, and half a minute more, which a commit in doubt may take. */
const TRIES_UNDER_KEY = 100;
const PAUSE_UNDER_KEY_MILLISECONDS = 400;

interface Creator {
  readonly client: ApiClient;
  readonly history: HistoryRecorder;
}

/** Creates a task, and takes down its id. */
export async function createTask(
  { client, history }: Creator,
  bearer: Bearer,
  title: string,
  key?: string,
): Promise<Outcome> {
  const outcome = await client.createTask(bearer, title, key);
  if (isSuccess(outcome)) {
    history.created.push(readId(outcome));
  }
  return outcome;
}

/** Sends a request with one key to all programs, again and again until one of them has success. */
export async function* createUnderKey(
  { clients, history }: { clients: readonly ApiClient[]; history: HistoryRecorder },
  bearer: Bearer,
): AsyncGenerator<Outcome, void, undefined> {
  const key = randomUUID();
  for (let tries = 0; tries < TRIES_UNDER_KEY; tries += 1) {
    const sent = clients.map((client) => createTask({ client, history }, bearer, key, key));
    const outcomes = await Promise.all(sent);
    yield* outcomes;
    if (outcomes.some(isSuccess)) {
      return;
    }
    await delay(PAUSE_UNDER_KEY_MILLISECONDS);
  }
}
