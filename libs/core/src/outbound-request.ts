import { lookup as lookUpName, type LookupAddress } from 'node:dns';
import type { IncomingHttpHeaders } from 'node:http';
import type { LookupFunction } from 'node:net';

import type { Clock } from './clock.ts';
import { isPublicAddress, mayBePublicHost } from './public-address.ts';

/** A POST to a URL that somebody else chose, such as a push endpoint or a webhook. */
export interface OutboundRequest {
  /** `https:` or `http:`. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string | Uint8Array;
  /** Limits how long it may take. */
  readonly signal: AbortSignal;
  /** Whether it may lead into a private network. Default: false. */
  readonly allowsPrivateAddresses?: boolean | undefined;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** The URL leads into a private network. */
export class PrivateAddressError extends Error {
  constructor() {
    super('The URL leads into a private network.');
    this.name = new.target.name;
  }
}

/**
 * Posts to a URL that somebody else chose, without becoming a tool against our own network: the
 * address that a name stands for is checked when connecting, no redirect is followed, and of the
 * answer nothing but status and headers is read.
 *
 * @throws PrivateAddressError if the host is not on the public internet
 * @throws Error as from Node if it cannot be reached, or the signal is aborted
 */
export async function postToForeignUrl({
  url,
  headers,
  body,
  signal,
  allowsPrivateAddresses = false,
}: OutboundRequest): Promise<OutboundAnswer> {
  if (!allowsPrivateAddresses && !mayBePublicHost(url.hostname)) {
    throw new PrivateAddressError();
  }
  // Loaded only here: everything imports the root of core, and these take a while.
  const { request: send } = await (url.protocol === 'http:'
    ? import('node:http')
    : import('node:https'));
  const lookup = lookUpNames(allowsPrivateAddresses);
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, signal, lookup, agent: false };
    send(url, options, (response) => {
      response.destroy();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    })
      .on('upgrade', ({ statusCode, headers: answered }, socket) => {
        socket.destroy();
        resolve({ status: statusCode ?? 0, headers: answered });
      })
      .on('error', reject)
      .end(body);
  });
}

/** Checks what is found: a public name may stand for a private address. */
function lookUpNames(allowsPrivateAddresses: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookUpName(hostname, { ...options, all: true }, (error, addresses) => {
      const problem = error ?? (allowsPrivateAddresses ? null : findProblem(addresses));
      const [first] = problem === null ? addresses : [];
      if (first === undefined || options.all) {
        callback(problem, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

function findProblem(addresses: readonly LookupAddress[]): PrivateAddressError | null {
  const isPublic = addresses.every(({ address }) => isPublicAddress(address));
  return isPublic ? null : new PrivateAddressError();
}

/**
 * The wait that a `Retry-After` header asks for (RFC 9110, 10.2.3), in milliseconds.
 *
 * @returns `undefined` if there is none, or it cannot be read
 */
export function parseRetryAfter(header: string | undefined, clock: Clock): number | undefined {
  const value = header?.trim() ?? '';
  const milliseconds = /^\d+$/.test(value)
    ? Number(value) * 1_000
    : Date.parse(value) - clock.now().getTime();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

/**
 * The code of a network error, such as `ECONNREFUSED`, in parentheses after a blank: unlike its
 * message, it names no address. Empty if it has none.
 */
export function describeNetworkError(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  const found = cause?.code ?? code;
  return typeof found === 'string' && /^[A-Z_0-9]+$/.test(found) ? ` (${found})` : '';
}
