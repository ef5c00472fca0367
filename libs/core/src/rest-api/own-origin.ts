import type { Server } from 'node:http';

import type { FastifyRequest } from 'fastify';

import { defineError } from '../errors.ts';

const trustedOrigins = new WeakMap<Server, readonly string[]>();

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

/** Origins whose pages may send whatever the server's own pages may. */
export function trustOrigins(server: Server, origins: readonly string[]): void {
  trustedOrigins.set(server, origins);
}

/**
 * Whether a page of one's own sent the request, by what its browser says: `Sec-Fetch-Site` is
 * `same-origin`, or `Origin` is one of `origins`. Neither can be set by a page.
 */
export function isFromOrigins(headers: OriginHeaders, origins: readonly string[]): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
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
  const trusted = trustedOrigins.get(server.server) ?? [];
  if (!isFromOrigins(headers, [`${protocol}://${host}`, ...trusted])) {
    throw new ForeignOriginError();
  }
}
