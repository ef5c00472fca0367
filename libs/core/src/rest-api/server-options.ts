import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

import type { FastifyHttpOptions } from 'fastify';

import { frameworkBody } from './error-body.ts';
import { answerError } from './error-handler.ts';

/**
 * Fastify's options for a server on a public network. Its defaults have no time limits and a body
 * limit of 1 MiB, and answer some errors in shapes of their own. Times are in milliseconds, sizes
 * in bytes.
 */
export const restApiServerOptions = {
  bodyLimit: 64 * 1024,
  /** For a request to arrive whole. */
  requestTimeout: 15_000,
  /** For a socket without any traffic. */
  connectionTimeout: 20_000,
  keepAliveTimeout: 72_000,
  http: {
    maxHeaderSize: 16 * 1024,
    headersTimeout: 10_000,
    // How often Node looks for requests over their time; its default of 30 s outlasts the limits.
    connectionsCheckingInterval: 2_000,
    // Node's own answer has no body; restApiPlugin gives the contract's.
    requireHostHeader: false,
  },
  // An id of any length reaches its route, where a guard answers before anything is looked up.
  routerOptions: { maxParamLength: 16 * 1024 },
  ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: true } },
  onProtoPoisoning: 'error',
  onConstructorPoisoning: 'error',
  trustProxy: false,
  // Fastify's own answer while closing has another shape; restApiPlugin gives the contract's.
  return503OnClosing: false,
  genReqId: () => randomUUID(),
  frameworkErrors: (error, request, reply) => {
    answerError(error, request, reply);
  },
  clientErrorHandler: answerSocketError,
} satisfies FastifyHttpOptions<Server>;

const STATUS_BY_SOCKET_ERROR: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};
const REASON_PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
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
function answerSocketError(error: SocketError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = isUrlTooLong(error) ? 414 : (STATUS_BY_SOCKET_ERROR[error.code ?? ''] ?? 400);
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
