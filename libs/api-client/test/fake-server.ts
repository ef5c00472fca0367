import type { ApiTokens } from '@org/api-client';

const ACCESS_TOKEN_LIFE = 15 * 60_000;
const REPLAY = 30_000;

interface StoredSession {
  readonly accountId: string;
  generation: number;
  rotatedAt: number;
  hasEnded: boolean;
}

/** Where a request is on its way. */
type Stage = 'answered' | 'sent';

interface Hold {
  readonly stage: Stage;
  readonly route: string;
  readonly reach: () => void;
  readonly released: Promise<void>;
}

/** Treats tokens as the API does; in this process, with a clock that a test moves. */
export class FakeServer {
  now = Date.UTC(2026, 0);
  /** Mails that warn of a stolen token. */
  warnings = 0;
  /** Refresh tokens that were presented. */
  readonly presented: string[] = [];
  /** Method, path and session of each other request, in the order of arrival. */
  readonly requests: string[] = [];
  readonly bodies: string[] = [];
  /** What the next requests get instead of an answer; an error is a lost connection. */
  readonly failures: (Error | number)[] = [];
  readonly #sessions = new Map<string, StoredSession>();
  readonly #holds: Hold[] = [];

  logIn(accountId: string): ApiTokens {
    const sessionId = `session-${this.#sessions.size}`;
    this.#sessions.set(sessionId, {
      accountId,
      generation: 0,
      rotatedAt: -Infinity,
      hasEnded: false,
    });
    return this.#tokensOf(sessionId);
  }

  isAlive({ refreshToken }: ApiTokens): boolean {
    return this.#sessions.get(refreshToken.split('.')[0]!)?.hasEnded === false;
  }

  /** The token life is over. */
  expire(): void {
    this.now += ACCESS_TOKEN_LIFE + 1;
  }

  /** Stops the next request of a route, on its way to the server or back. */
  hold(
    route: string,
    stage: Stage,
  ): { readonly reached: Promise<void>; readonly release: () => void } {
    let reach!: () => void;
    let release!: () => void;
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    this.#holds.push({ stage, route, reach, released });
    return { reached, release };
  }

  readonly fetch = async (input: Request | URL | string): Promise<Response> => {
    const request = input as Request;
    const route = `${request.method} ${new URL(request.url).pathname}`;
    await this.#pass(route, 'sent', request.signal);
    const body = await request.text();
    const answer = this.#answer(route, request, body);
    const failure = this.failures.shift();
    await this.#pass(route, 'answered', request.signal);
    if (failure instanceof Error) {
      throw failure;
    }
    return failure === undefined ? answer : Response.json({ code: 'FAILED' }, { status: failure });
  };

  async #pass(route: string, stage: Stage, signal: AbortSignal): Promise<void> {
    const index = this.#holds.findIndex((hold) => hold.route === route && hold.stage === stage);
    const [hold] = index < 0 ? [] : this.#holds.splice(index, 1);
    hold?.reach();
    if (hold !== undefined) {
      await Promise.race([hold.released, rejectWhenAborted(signal)]);
    }
  }

  #answer(route: string, request: Request, body: string): Response {
    if (route === 'POST /api/access-tokens') {
      return this.#refresh((JSON.parse(body) as { refresh_token: string }).refresh_token);
    }
    const { sid = 'none', exp = 0 } = payloadOf(request);
    const session = this.#sessions.get(sid);
    this.requests.push(`${route} ${sid}`);
    this.bodies.push(body);
    if (session?.hasEnded !== false) {
      return refuse('ACCESS_TOKEN_ERR_05');
    }
    if (exp <= this.now) {
      return refuse('ACCESS_TOKEN_ERR_02');
    }
    if (route === 'DELETE /api/access-tokens/current') {
      session.hasEnded = true;
      return new Response(null, { status: 204 });
    }
    const [, accountId] = /^\S+ \/api\/accounts\/(\w+)/.exec(route) ?? [];
    return accountId === undefined || accountId === session.accountId
      ? Response.json({ id: session.accountId })
      : refuse('ACCESS_TOKEN_ERR_01');
  }

  #refresh(refreshToken: string): Response {
    this.presented.push(refreshToken);
    const [sessionId = '', generation] = refreshToken.split('.');
    const session = this.#sessions.get(sessionId);
    if (session === undefined || session.hasEnded) {
      return refuse('ACCESS_TOKEN_ERR_05');
    }
    const age = session.generation - Number(generation);
    if (age > 1 || (age === 1 && this.now - session.rotatedAt > REPLAY)) {
      session.hasEnded = true;
      this.warnings += 1;
      return refuse('ACCESS_TOKEN_ERR_05');
    }
    if (age === 0) {
      session.generation += 1;
      session.rotatedAt = this.now;
    }
    const { token, refreshToken: successor } = this.#tokensOf(sessionId);
    return Response.json({ token, refresh_token: successor }, { status: 201 });
  }

  #tokensOf(sessionId: string): ApiTokens {
    const { accountId, generation } = this.#sessions.get(sessionId)!;
    const payload = { sub: accountId, sid: sessionId, exp: this.now + ACCESS_TOKEN_LIFE };
    return {
      token: `header.${btoa(JSON.stringify(payload)).replaceAll('=', '')}.${crypto.randomUUID()}`,
      refreshToken: `${sessionId}.${generation}.secret`,
    };
  }
}

function payloadOf(request: Request): { readonly sid?: string; readonly exp?: number } {
  const payload = request.headers.get('authorization')?.split('.')[1] ?? '';
  return JSON.parse(atob(payload) || '{}') as object;
}

async function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  throw signal.reason;
}

function refuse(code: string): Response {
  return Response.json({ code }, { status: 401 });
}
