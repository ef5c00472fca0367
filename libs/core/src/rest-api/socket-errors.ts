import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';

import type { FastifyInstance } from 'fastify';

import { AnswerHeaders } from './answer-headers.ts';
import { frameworkBody } from './error-body.ts';

const STATUS_BY_SOCKET_ERROR: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** In Fastify's type, `rawPacket` has its JSON form. */
type SocketError = Error & {
  readonly code?: string;
  readonly rawPacket?: unknown;
  readonly bytesParsed?: number;
};

const origins = new WeakMap<Socket, string>();
const ORIGIN_LINE = /\r\norigin:[ \t]*(\S+)/i;

/** Remembers a request's origin in case its body fails later. */
export function rememberOrigin(socket: Socket, origin: string): void {
  origins.set(socket, origin);
}

/** Answers what Node's HTTP parser rejects before there is a request. Fastify binds `this`. */
export function answerSocketError(this: FastifyInstance, error: SocketError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = isUrlTooLong(error) ? 414 : (STATUS_BY_SOCKET_ERROR[error.code ?? ''] ?? 400);
  const origin = readOrigin(error) ?? origins.get(socket);
  endSocket(socket, status, AnswerHeaders.of(this.server)?.forOrigin(origin));
}

/** Answers on a socket that has no response object, and closes it. */
export function endSocket(
  socket: Writable,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify(frameworkBody(status));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

function readOrigin({ rawPacket }: SocketError): string | undefined {
  return Buffer.isBuffer(rawPacket)
    ? ORIGIN_LINE.exec(rawPacket.toString('latin1'))?.[1]
    : undefined;
}

/** Node counts the request line as part of the headers; here the parser never reached its end. */
function isUrlTooLong({ code, rawPacket, bytesParsed }: SocketError): boolean {
  return (
    code === 'HPE_HEADER_OVERFLOW' &&
    Buffer.isBuffer(rawPacket) &&
    !rawPacket.subarray(0, bytesParsed).includes('\r\n')
  );
}
