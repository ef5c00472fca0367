import { setTimeout as delay } from 'node:timers/promises';

import { isSuccess, renderOutcome, send, type HttpRequest, type ServerProgram } from '@org/harness';

import type { Image, Settings } from './image.ts';
import { Proxy } from './proxy.ts';

const CLIENTS = 8;
const BETWEEN_REQUESTS_MILLISECONDS = 40;
/** One in so many is a write. */
const WRITE_EVERY = 5;
/** For the proxy to see a process that is no longer ready. */
const SHUTDOWN_DELAY = '1s';
const PROCESSES = 2;

const grace = { first_name: 'Grace', last_name: 'Hopper', username: 'grace' };
const password = 'nanosecond-of-wire-1906';

export interface Rollout {
  readonly requests: number;
  /** What became of each request that had no answer, or one that is no success. */
  readonly failures: readonly string[];
  /** Of the processes that were replaced. */
  readonly exitCodes: readonly (number | null)[];
  /** How many requests each process has answered: those of before, then those of after. */
  readonly answers: readonly number[];
  /** From the start of the first processes until the proxy sent requests to both. */
  readonly startMilliseconds: number;
  /** From then until the last of them was replaced. */
  readonly rollMilliseconds: number;
}

/** Starts two processes behind a proxy and replaces both, one after the other, under load. */
export async function rollOut(image: Image, settings: Settings): Promise<Rollout> {
  const proxy = await Proxy.open();
  const startedAt = performance.now();
  const start = () => startBehind(proxy, image, settings);
  const before = await Promise.all(Array.from({ length: PROCESSES }, start));
  const startMilliseconds = performance.now() - startedAt;
  const load = new Load(proxy.port, await signUp(proxy.port));
  const after: ServerProgram[] = [];
  const exitCodes: (number | null)[] = [];
  const rolledAt = performance.now();
  for (const replaced of before) {
    after.push(await start());
    replaced.signal('SIGTERM');
    exitCodes.push(await replaced.exited());
  }
  const rollMilliseconds = performance.now() - rolledAt;
  await load.stop();
  const answers = [...before, ...after].map(({ port }) => proxy.answersOf(port));
  proxy.close();
  await Promise.all(after.map((program) => program.kill()));
  const { requests, failures } = load;
  return { requests, failures, exitCodes, answers, startMilliseconds, rollMilliseconds };
}

async function startBehind(proxy: Proxy, image: Image, settings: Settings): Promise<ServerProgram> {
  const program = await image.run({ ...settings, ROLE: 'api', RATE_LIMITS: 'off', SHUTDOWN_DELAY });
  await program.untilReady();
  proxy.add(program.port);
  await proxy.look();
  return program;
}

type AuthorizedRequest = Pick<HttpRequest, 'path' | 'headers'>;

/** @returns how the new account is asked for */
async function signUp(port: number): Promise<AuthorizedRequest> {
  const body = { ...grace, password };
  await send({ port, method: 'POST', path: '/api/accounts', body });
  const answer = await send({ port, method: 'POST', path: '/api/access-tokens', body });
  if (!isSuccess(answer)) {
    throw new Error(`Nobody can log in: ${renderOutcome(answer)}`);
  }
  const { token, account_id: id } = answer.body as { token: string; account_id: string };
  return { path: `/api/accounts/${id}`, headers: { authorization: `Bearer ${token}` } };
}

/** Clients that read and change an account until they are stopped. */
class Load {
  requests = 0;
  readonly failures: string[] = [];
  readonly #clients: readonly Promise<void>[];
  #isStopped = false;

  constructor(port: number, request: AuthorizedRequest) {
    this.#clients = Array.from({ length: CLIENTS }, () => this.#run({ ...request, port }));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#clients);
  }

  async #run(read: HttpRequest): Promise<void> {
    while (!this.#isStopped) {
      this.requests += 1;
      const write = { method: 'PATCH', body: { first_name: `Grace ${this.requests}` } } as const;
      const outcome = await send({ ...read, ...(this.requests % WRITE_EVERY === 0 ? write : {}) });
      if (!isSuccess(outcome)) {
        this.failures.push(renderOutcome(outcome));
      }
      await delay(BETWEEN_REQUESTS_MILLISECONDS);
    }
  }
}
