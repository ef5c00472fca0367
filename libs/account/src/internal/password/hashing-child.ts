/**
 * Entry point of the process that hashes passwords; see {@link HashingProcess}. Nothing but the pipe
 * to its parent keeps it alive.
 */
import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

import { compute, type Argon2Work } from './argon2-work.ts';

/** A tenth of a core that a process of normal priority wants, too, and all of an idle one. */
const PRIORITY_STEPS = 10;
const LOWEST_PRIORITY = 19;

export type HashingRequest = Argon2Work & { readonly id: number };

/** The first message says whether the priority is lower; every other one answers a request. */
export type HashingMessage =
  | { readonly isOfLowerPriority: boolean }
  | { readonly id: number; readonly result: string | boolean }
  | { readonly id: number; readonly error: string };

// The parent says when to stop: a signal that a terminal or a service manager sends to both must not
// end the hashes of requests that the parent still answers.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => undefined);
}
process.on('message', (request: HashingRequest) => void answer(request));
tell({ isOfLowerPriority: lowersPriority() });

async function answer(request: HashingRequest): Promise<void> {
  const { id } = request;
  try {
    tell({ id, result: await compute(request) });
  } catch (error) {
    tell({ id, error: (error as Error).message });
  }
}

/** A parent that was killed meanwhile needs no answer. */
function tell(message: HashingMessage): void {
  process.send?.(message, undefined, {}, () => undefined);
}

/** @returns whether it was lowered */
function lowersPriority(): boolean {
  const before = getPriority();
  const lower = Math.min(before + PRIORITY_STEPS, LOWEST_PRIORITY);
  try {
    setPriority(lower);
    if (process.platform === 'linux') {
      // Linux has a priority for each thread, and loading this module began some of those that hash.
      readdirSync('/proc/self/task').forEach((thread) => setPriority(Number(thread), lower));
    }
    return getPriority() > before;
  } catch {
    return false;
  }
}
