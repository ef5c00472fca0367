import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';

import { frameworkBody } from './error-body.ts';

const STATUS_BY_SOCKET_ERROR: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};
const REASON_PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  408: 'Request Timeout',
  414: 'URI Too Long',
  431: 'Request Header Fields Too Large',
};

/** Fastify's type of it has `rawPacket` as it looks in JSON. */
type SocketError = Error & {
  readonly code?: string;
  readonly rawPacket?: unknown;
  /** How far into the packet the parser came. */
  readonly bytesParsed?: number;
};

/** Answers what Node's HTTP parser refuses before there is a request. */
export function answerSocketError(error: SocketError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  endSocket(socket, isUrlTooLong(error) ? 414 : (STATUS_BY_SOCKET_ERROR[error.code ?? ''] ?? 400));
}

/** Answers on a socket that has no response object, and closes it. */
export function endSocket(socket: Writable, status: number): void {
  const body = JSON.stringify(frameworkBody(status));
  socket.end(
    [
      `HTTP/1.1 ${status} ${REASON_PHRASES[status]}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

/** Node counts the request line to the headers; here the parser did not come to the line's end. */
function isUrlTooLong({ code, rawPacket, bytesParsed }: SocketError): boolean {
  return (
    code === 'HPE_HEADER_OVERFLOW' &&
    Buffer.isBuffer(rawPacket) &&
    !rawPacket.subarray(0, bytesParsed).includes('\r\n')
  );
}
