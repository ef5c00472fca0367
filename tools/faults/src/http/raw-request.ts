import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { LOOPBACK } from '../stage/free-port.ts';

export interface RawRequest {
  readonly port: number;
  /** Sent byte by byte as it is, whether or not it is HTTP. */
  readonly bytes: Buffer;
  readonly limitMilliseconds: number;
}

/**
 * Sends bytes on a connection of their own and reads until the server closes it.
 *
 * @returns the status of the answer; undefined without one
 */
export async function sendRaw(request: RawRequest): Promise<number | undefined> {
  const socket = connect(request.port, LOOPBACK);
  const signal = AbortSignal.timeout(request.limitMilliseconds);
  signal.addEventListener('abort', () => socket.destroy());
  // A server that has answered may close before it has read everything.
  socket.on('error', () => undefined);
  const answer = buffer(socket).catch(() => Buffer.alloc(0));
  await once(socket, 'connect');
  socket.write(request.bytes);
  return readStatus(await answer);
}

/** The status in the first line of an answer. */
export function readStatus(answer: Buffer): number | undefined {
  const match = /^HTTP\/1\.1 (?<status>\d{3}) /u.exec(answer.toString('latin1'));
  return match?.groups === undefined ? undefined : Number(match.groups['status']);
}

export interface RawHttp {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** A request whose parts are written as they are given; the connection ends with it. */
export function encodeRequest({ method, path, headers = {}, body = '' }: RawHttp): Buffer {
  const content = Buffer.from(body);
  const lines = Object.entries({
    host: LOOPBACK,
    connection: 'close',
    'content-type': 'application/json',
    'content-length': String(content.length),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([
    Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1'),
    content,
  ]);
}
