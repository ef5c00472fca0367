import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';

import type { Clock } from '@org/core';

import type { Argon2Work } from './argon2-work.ts';
import type { HashingMessage, HashingRequest } from './hashing-child.ts';

export interface HashingProcessOptions {
  /** Hashes that it computes at a time. */
  readonly threads: number;
  readonly clock: Clock;
  readonly onDebug: (message: string) => void;
  readonly onWarning: (message: string) => void;
}

type Answer = Exclude<HashingMessage, { readonly isOfLowerPriority: boolean }>;

/** How long it is not started again after it ended by itself; doubled each time, up to a minute. */
const FIRST_PAUSE_MILLISECONDS = 1_000;
const LONGEST_PAUSE_MILLISECONDS = 60_000;
/** How long it may say nothing. */
const SILENCE_MILLISECONDS = {
  starting: 30_000,
  /** Less than a request has; starved by requests, it computes several hashes in a second or two. */
  hashing: 5_000,
  ending: 1_000,
} as const;

/** Compiled or not, beside this module; a bundle of the program has it beside the part with this. */
const CHILD = join(import.meta.dirname, `hashing-child${extname(import.meta.filename)}`);

/**
 * A child process of lower priority that hashes passwords: on every core, because it gives way to
 * requests. It starts with the first hash, is told passwords through a pipe, and ends with its parent.
 */
export class HashingProcess {
  readonly #options: HashingProcessOptions;
  readonly #awaited = new Map<number, (answer: Answer | undefined) => void>();
  #onIdle: () => void = () => undefined;
  #child: ChildProcess | undefined;
  #isReady = false;
  #isClosed = false;
  #watchdog: NodeJS.Timeout | undefined;
  #lastId = 0;
  #pause = 0;
  #startsFrom = 0;

  constructor(options: HashingProcessOptions) {
    this.#options = options;
  }

  /**
   * @returns the hash, or whether the password is right; undefined if the process is not running, or
   *   ended before it answered, so that the work is to be done elsewhere
   * @throws Error if the parameters do not go together
   */
  async compute(work: Argon2Work): Promise<string | boolean | undefined> {
    this.#startIfDue();
    const child = this.#child;
    if (child === undefined || !this.#isReady || this.#isClosed) {
      return undefined;
    }
    const request: HashingRequest = { ...work, id: ++this.#lastId };
    const answer = await new Promise<Answer | undefined>((resolve) => {
      this.#awaited.set(request.id, resolve);
      keepAlive(child);
      if (this.#awaited.size === 1) {
        this.#watch(child, 'hashing');
      }
      // If it cannot be sent, the process has ended, which its `exit` tells.
      child.send(request, () => undefined);
    });
    if (answer !== undefined && 'error' in answer) {
      throw new Error(answer.error);
    }
    return answer?.result;
  }

  /** Ends the process once it has answered, if it runs; it is not started again. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#awaited.size > 0) {
      await new Promise<void>((resolve) => (this.#onIdle = resolve));
    }
    const child = this.#child;
    if (child !== undefined) {
      keepAlive(child);
      this.#watch(child, 'ending');
      const ended = once(child, 'exit').catch(() => undefined);
      if (child.connected) {
        child.disconnect();
      }
      await ended;
    }
  }

  /** One that says nothing for too long, such as a frozen one, is killed. */
  #watch(child: ChildProcess, busyWith: keyof typeof SILENCE_MILLISECONDS): void {
    clearTimeout(this.#watchdog);
    const killIfSilent = () => {
      if (this.#watchdog === timer) {
        child.kill('SIGKILL');
      }
    };
    // If it was this process that was frozen, what the child has said meanwhile is read first.
    const timer = setTimeout(() => setImmediate(killIfSilent), SILENCE_MILLISECONDS[busyWith]);
    this.#watchdog = timer.unref();
  }

  #stopWatching(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = undefined;
  }

  #startIfDue(): void {
    const { clock } = this.#options;
    const isDue = clock.monotonicMilliseconds() >= this.#startsFrom;
    if (this.#child !== undefined || this.#isClosed || !isDue) {
      return;
    }
    try {
      this.#start();
    } catch (error) {
      this.#onEnd((error as Error).message);
    }
  }

  #start(): void {
    const child = fork(CHILD, {
      // Options of this process, such as --inspect or --import, are not for it; nor are its secrets.
      execArgv: [],
      env: { UV_THREADPOOL_SIZE: String(this.#options.threads) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.on('message', (message: HashingMessage) => this.#onMessage(message));
    child.once('exit', (code, signal) => this.#onEnd(signal ?? `code ${code}`));
    child.once('error', ({ message }) => this.#onEnd(message));
    letGo(child);
    this.#watch(child, 'starting');
  }

  #onMessage(message: HashingMessage): void {
    if ('isOfLowerPriority' in message) {
      this.#onStart(message.isOfLowerPriority);
      return;
    }
    this.#pause = 0;
    this.#settle(message.id, message);
  }

  #onStart(isOfLowerPriority: boolean): void {
    const { onDebug, onWarning } = this.#options;
    this.#stopWatching();
    if (isOfLowerPriority) {
      this.#isReady = true;
      onDebug(`Passwords are hashed by process ${this.#child?.pid}.`);
    } else {
      onWarning(
        'Passwords are hashed by this process: there is no lower priority for another one.',
      );
      void this.close();
    }
  }

  #onEnd(how: string): void {
    this.#child = undefined;
    this.#isReady = false;
    this.#stopWatching();
    for (const id of this.#awaited.keys()) {
      this.#settle(id, undefined);
    }
    if (this.#isClosed) {
      return;
    }
    const { clock, onWarning } = this.#options;
    this.#pause = Math.min(
      Math.max(2 * this.#pause, FIRST_PAUSE_MILLISECONDS),
      LONGEST_PAUSE_MILLISECONDS,
    );
    this.#startsFrom = clock.monotonicMilliseconds() + this.#pause;
    onWarning(
      `The process that hashes passwords ended (${how}). This process hashes them itself, and starts it again in ${this.#pause / 1_000} s.`,
    );
  }

  #settle(id: number, answer: Answer | undefined): void {
    this.#awaited.get(id)?.(answer);
    this.#awaited.delete(id);
    if (this.#awaited.size === 0) {
      this.#stopWatching();
      letGo(this.#child);
      this.#onIdle();
    } else if (this.#child !== undefined) {
      this.#watch(this.#child, 'hashing');
    }
  }
}

/** While it works, this process does not end by itself. */
function keepAlive(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
}

function letGo(child: ChildProcess | undefined): void {
  child?.unref();
  child?.channel?.unref();
}
