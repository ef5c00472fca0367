import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { LOOPBACK } from '@org/harness';

const LIMIT_MILLISECONDS = 20_000;

/** A request that attacks, and its name in reports. */
export interface NamedRequest {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface RawHttp {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export function nameRequest(name: string, request: RawHttp): NamedRequest {
  const route = `${request.method} ${request.path.slice(0, 40)}`;
  return { name: `${route}: ${name}`, bytes: encodeRequest(request) };
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
  const head = `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), content]);
}

/**
 * Sends bytes as they are, whether or not they are HTTP, on a connection of their own, and reads
 * until the server closes it.
 *
 * @returns the status of the answer; undefined without one in 20 seconds
 */
export async function sendRaw(port: number, bytes: Buffer): Promise<number | undefined> {
  const socket = connect(port, LOOPBACK);
  AbortSignal.timeout(LIMIT_MILLISECONDS).addEventListener('abort', () => socket.destroy());
  // A server that has answered may close before it has read everything.
  socket.on('error', () => undefined);
  const answer = buffer(socket).catch(() => Buffer.alloc(0));
  await once(socket, 'connect');
  socket.write(bytes);
  return readStatus(await answer);
}

export function readStatus(answer: Buffer): number | undefined {
  const status = /^HTTP\/1\.1 (\d{3}) /u.exec(answer.toString('latin1'))?.[1];
  return status === undefined ? undefined : Number(status);
}
