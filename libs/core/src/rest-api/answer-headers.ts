import type { IncomingHttpHeaders, Server } from 'node:http';

import type { FastifyReply } from 'fastify';

import { readSecurityHeaders } from './security-headers.ts';

type Headers = Readonly<Record<string, string>>;

/** What a page may send and read. PUT is nobody's method here: its 405 is to be read as well. */
const PREFLIGHT: Headers = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-max-age': '600',
};
const EXPOSED = 'allow, retry-after, www-authenticate, x-request-id';

export interface AnswerHeadersOptions {
  readonly allowedOrigins: readonly string[];
  /** What browsers clear, beside their cache, where a session ends. */
  readonly cleared: readonly string[];
}

/**
 * The headers of every answer, whether a route gives it, the framework, or a bare socket: no cache
 * keeps it unless its route says otherwise, and pages of the allowed origins may read it.
 */
export class AnswerHeaders {
  static readonly #byServer = new WeakMap<Server, AnswerHeaders>();

  /** Value of Clear-Site-Data where a session ends. */
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
          'access-control-expose-headers': EXPOSED,
        },
      ]),
    );
  }

  /** Makes those of a server, for {@link AnswerHeaders.of} to find. */
  static create(server: Server, options: AnswerHeadersOptions): AnswerHeaders {
    const answerHeaders = new AnswerHeaders(options);
    AnswerHeaders.#byServer.set(server, answerHeaders);
    return answerHeaders;
  }

  /** Those of a server; undefined where {@link AnswerHeaders.create} made none. */
  static of(server: Server): AnswerHeaders | undefined {
    return AnswerHeaders.#byServer.get(server);
  }

  /** For the answer to a request of this origin. */
  forOrigin(origin: string | undefined): Headers {
    return this.#byOrigin.get(origin) ?? this.#common;
  }

  /**
   * What a browser is told that asks before it sends what an allowed page wants; undefined for any
   * other request. Every address is answered alike, so that a page can read a 404 or a 405 as well.
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
 * Has the browser forget what it keeps of this origin: call it where the session of the request ends.
 * The cache, and what the app's restApiPlugin was told to add.
 */
export function clearSiteData(reply: FastifyReply): FastifyReply {
  const { clearSiteData = quote(['cache']) } = AnswerHeaders.of(reply.server.server) ?? {};
  return reply.header('clear-site-data', clearSiteData);
}

function quote(directives: Iterable<string>): string {
  return [...directives].map((directive) => JSON.stringify(directive)).join(', ');
}
