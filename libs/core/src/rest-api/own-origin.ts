import type { Server } from 'node:http';

import type { FastifyRequest } from 'fastify';

import { defineError } from '../errors.ts';

export interface OriginOptions {
  /** The server's public origin, where a proxy does not pass it on. Default: the request's own alone. */
  readonly ownOrigin?: string | undefined;
  readonly allowedOrigins?: readonly string[];
}

const originOptions = new WeakMap<Server, OriginOptions>();

/** A page of another origin sent the request, or nothing tells that one of our own did. */
export class ForeignOriginError extends defineError('REQUEST_ERR_403', 403) {
  constructor() {
    super('This request must come from a page of an allowed origin.');
  }
}

/** What a browser says about the page that sends a request. */
export interface OriginHeaders {
  readonly origin?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
}

export function setOriginOptions(server: Server, options: OriginOptions): void {
  originOptions.set(server, options);
}

/**
 * Whether a page of one's own sent the request, by what its browser says: `Sec-Fetch-Site` is
 * `same-origin`, or `Origin` is the request's own or configured. Neither can be set by a page. The
 * origin of a request without TLS is not one's own if its host has TLS in public: anybody on the
 * network can serve a page there.
 *
 * @param requested the origin that the request was sent to, such as `https://app.example.com`
 */
export function isFromOwnPage(
  { origin, 'sec-fetch-site': site }: OriginHeaders,
  requested: string,
  { ownOrigin, allowedOrigins = [] }: OriginOptions,
): boolean {
  const isDowngrade =
    requested !== ownOrigin && requested.replace(/^http:/, 'https:') === ownOrigin;
  const origins = [...allowedOrigins, ownOrigin, isDowngrade ? undefined : requested];
  return site === 'same-origin' || (origin !== undefined && origins.includes(origin));
}

/**
 * Refuses what a page of another site makes a browser send along with the browser's cookies. Pages
 * of the request's own origin may send it, and those of `ownOrigin` and `allowedOrigins` of
 * `restApiPlugin`.
 *
 * @throws ForeignOriginError
 */
export function assertOwnOrigin(request: FastifyRequest): void {
  const { headers, host, protocol, server } = request;
  const options = originOptions.get(server.server) ?? {};
  if (!isFromOwnPage(headers, `${protocol}://${host}`, options)) {
    throw new ForeignOriginError();
  }
}
