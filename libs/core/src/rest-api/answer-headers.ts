import { IncomingMessage, ServerResponse, type IncomingHttpHeaders, type Server } from 'node:http';
import { Socket } from 'node:net';

import type { FastifyReply } from 'fastify';
import helmet from 'helmet';

import { forgetSession } from './session-end.ts';

type Headers = Readonly<Record<string, string>>;

/** What a page may send. No route accepts PUT: this lets pages read its 405 as well. */
const PREFLIGHT: Headers = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'authorization, content-type, idempotency-key',
  'access-control-max-age': '600',
};
const EXPOSED = 'allow, idempotency-replayed, retry-after, www-authenticate, x-request-id';

export interface AnswerHeadersOptions {
  readonly allowedOrigins: readonly string[];
  /** What browsers clear, besides their cache, when a session ends. */
  readonly cleared: readonly string[];
}

/**
 * Headers of every answer, whether from a route, the framework or a bare socket: nothing is cached
 * unless its route says otherwise, and pages of the allowed origins may read it.
 */
export class AnswerHeaders {
  static readonly #byServer = new WeakMap<Server, AnswerHeaders>();

  readonly clearSiteData: string;
  readonly #common: Headers;
  readonly #byOrigin: ReadonlyMap<string | undefined, Headers>;

  private constructor({ allowedOrigins, cleared }: AnswerHeadersOptions) {
    this.clearSiteData = quote(new Set(['cache', ...cleared]));
    this.#common = {
      ...readSecurityHeaders(),
      'cache-control': 'no-store',
      ...(allowedOrigins.length === 0 ? {} : { vary: 'Origin' }),
    };
    this.#byOrigin = new Map(
      allowedOrigins.map((origin) => [
        origin,
        {
          ...this.#common,
          'access-control-allow-origin': origin,
          'access-control-allow-credentials': 'true',
          'access-control-expose-headers': EXPOSED,
        },
      ]),
    );
  }

  static create(server: Server, options: AnswerHeadersOptions): AnswerHeaders {
    const answerHeaders = new AnswerHeaders(options);
    AnswerHeaders.#byServer.set(server, answerHeaders);
    return answerHeaders;
  }

  /** A server's headers; undefined unless {@link AnswerHeaders.create} made them. */
  static of(server: Server): AnswerHeaders | undefined {
    return AnswerHeaders.#byServer.get(server);
  }

  forOrigin(origin: string | undefined): Headers {
    return this.#byOrigin.get(origin) ?? this.#common;
  }

  /**
   * The answer to a browser's preflight request from an allowed page; undefined for any other
   * request. It is the same for every address, so that pages can read a 404 or a 405 as well.
   */
  forPreflight(method: string, headers: IncomingHttpHeaders): Headers | undefined {
    const isPreflight =
      method === 'OPTIONS' &&
      headers['access-control-request-method'] !== undefined &&
      this.#byOrigin.has(headers.origin);
    return isPreflight ? PREFLIGHT : undefined;
  }
}

/**
 * Makes the browser forget what it keeps for this origin: call it where the request's session ends.
 * Clears the cache, anything that the app passed to restApiPlugin, and the session's cookie, if the
 * request was admitted by one.
 */
export function clearSiteData(reply: FastifyReply): FastifyReply {
  forgetSession(reply);
  const { clearSiteData = quote(['cache']) } = AnswerHeaders.of(reply.server.server) ?? {};
  return reply.header('clear-site-data', clearSiteData);
}

function quote(directives: Iterable<string>): string {
  return [...directives].map((directive) => JSON.stringify(directive)).join(', ');
}

/** Computed once: the same for every answer, and computing them costs a tenth of a read. */
function readSecurityHeaders(): Readonly<Record<string, string>> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  const setHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    xFrameOptions: { action: 'deny' },
  });
  setHeaders(request, response, () => undefined);
  return Object.fromEntries(
    Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]),
  );
}
