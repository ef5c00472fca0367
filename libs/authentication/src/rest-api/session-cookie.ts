import { beforeAnswer } from '@org/core/rest-api';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply } from 'fastify';

import type { CookieSession } from '../cookie-session-service.ts';
import { AccessTokenInvalidError } from '../errors.ts';

/** What a browser sends: its cookies, and the name by which it reaches this program. */
export interface CookieHeaders {
  readonly cookie?: string | undefined;
  readonly host?: string | undefined;
}

/** `authentication.cookieSessions` has it. */
export interface SessionCookieOptions {
  /** Whether the cookie may do without TLS where the host is this machine. */
  readonly allowsInsecureCookies: boolean;
}

/** No other host, and no page without TLS, can set it (RFC 6265bis, section 4.1.3). */
const SECURE_NAME = '__Host-session';
const INSECURE_NAME = 'session';
const LOOPBACK = /^(?:(?:[a-z\d-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * The value of the session's cookie; undefined if there is none.
 *
 * @throws AccessTokenInvalidError if there are several: one of them may be of somebody else's making
 */
export function readSessionCookie(
  headers: CookieHeaders,
  options: SessionCookieOptions,
): string | undefined {
  const name = nameFor(headers, options);
  const pairs = (headers.cookie ?? '').split(';');
  const values = pairs.map((pair) => parseCookie(pair)[name]).filter((it) => it !== undefined);
  if (values.length > 1) {
    throw new AccessTokenInvalidError();
  }
  return values[0];
}

/**
 * A `Set-Cookie` header.
 *
 * @param session undefined: the browser forgets the cookie
 */
export function serializeSessionCookie(
  session: Pick<CookieSession, 'value' | 'maximumAgeSeconds'> | undefined,
  headers: CookieHeaders,
  options: SessionCookieOptions,
): string {
  const { value, maximumAgeSeconds: maxAge } = session ?? { value: '', maximumAgeSeconds: 0 };
  const name = nameFor(headers, options);
  const secure = name === SECURE_NAME;
  return stringifySetCookie({
    name,
    value,
    maxAge,
    path: '/',
    httpOnly: true,
    secure,
    sameSite: 'lax',
  });
}

/**
 * Sets the session's cookie, in place of one that the answer already sets, or would set before it is
 * sent.
 *
 * @param session undefined: the browser forgets the cookie
 */
export function setSessionCookie(
  reply: FastifyReply,
  session: CookieSession | undefined,
  options: SessionCookieOptions,
): void {
  const { headers } = reply.request;
  beforeAnswer(reply.request, undefined);
  const prefix = `${nameFor(headers, options)}=`;
  const others = [reply.getHeader('set-cookie') ?? []].flat().map(String);
  const kept = others.filter((other) => !other.startsWith(prefix));
  // Fastify would add to them.
  reply.removeHeader('set-cookie');
  void reply.header('set-cookie', [...kept, serializeSessionCookie(session, headers, options)]);
}

function nameFor(
  { host = '' }: CookieHeaders,
  { allowsInsecureCookies }: SessionCookieOptions,
): string {
  return allowsInsecureCookies && LOOPBACK.test(host) ? INSECURE_NAME : SECURE_NAME;
}
