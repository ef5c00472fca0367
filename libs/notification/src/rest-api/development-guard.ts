import { AppError } from '@org/core';
import { parseAddress } from '@org/core/rest-api';
import type { FastifyReply, FastifyRequest } from 'fastify';

const LOOPBACK_ADDRESS = /^(::1|127(\.\d{1,3}){3})$/;
/** Headers in which proxies name their client. */
const FORWARDING_HEADERS = ['x-forwarded-for', 'forwarded', 'x-real-ip'] as const;
const LOOPBACK_HOST = /^((.+\.)?localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * A hook that admits only users of this machine, and only if they open the page themselves. It
 * checks the socket's own address, and any client named by a proxy on this machine must also be
 * local. A page elsewhere may make its name resolve to this machine, so the host must be one of
 * `hosts` or a loopback one. No page of another origin may read the response, not even one that may
 * call the API.
 */
export function onlyFromThisMachine(
  hosts: readonly string[],
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async ({ headers, socket }, reply) => {
    void reply.removeHeader('access-control-allow-origin');
    const isLocal =
      isLoopback(socket.remoteAddress) &&
      FORWARDING_HEADERS.every((name) => namesOnlyThisMachine(headers[name]?.toString() ?? '')) &&
      isOwnHost(headers.host ?? '', hosts) &&
      isOpenedDirectly(headers);
    if (!isLocal) {
      throw new AppError({
        code: 'REQUEST_ERR_403',
        httpStatus: 403,
        message:
          'This page is for development. Please open it at localhost, on the machine that the program runs on.',
      });
    }
  };
}

/** Only the `for` parts of `Forwarded` count. Anything that is not an address may be anyone. */
function namesOnlyThisMachine(header: string): boolean {
  return header
    .split(/[,;]/)
    .filter((part) => part.trim() !== '' && !/^\s*(?:by|host|proto)\s*=/i.test(part))
    .every((part) => isLoopback(part.replace(/^\s*for\s*=/i, '')));
}

function isLoopback(address: string | undefined): boolean {
  return LOOPBACK_ADDRESS.test(parseAddress(address) ?? '');
}

function isOwnHost(header: string, hosts: readonly string[]): boolean {
  const url = `http://${header}`;
  if (!URL.canParse(url)) {
    return false;
  }
  const { hostname } = new URL(url);
  return LOOPBACK_HOST.test(hostname) || hosts.includes(hostname);
}

/** From the address bar, a link or the page itself, not fetched or framed by another page. */
function isOpenedDirectly(headers: FastifyRequest['headers']): boolean {
  const site = headers['sec-fetch-site'] ?? 'none';
  const isNavigation =
    headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return site === 'none' || site === 'same-origin' || isNavigation;
}
