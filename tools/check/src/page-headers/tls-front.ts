import { readFileSync } from 'node:fs';
import { createServer, request as send, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createSocketServer, type Server } from 'node:net';
import { join } from 'node:path';

import { listen } from '@org/harness';

import { run } from '../workspace.ts';

/** First byte of a TLS connection. */
const HANDSHAKE = 22;

/**
 * What stands before the program in production: TLS, with a redirect from plain HTTP. Both are on one
 * port, because the scanner asks both at the address that it is given. Adds no header.
 */
export class TlsFront {
  readonly certificatePath: string;
  /** Address that requests go to. */
  target = '';
  host = '';
  readonly #server: Server;

  private constructor(directory: string) {
    this.certificatePath = join(directory, 'certificate.pem');
    const key = readFileSync(join(directory, 'key.pem'));
    const tls = createTlsServer({ key, cert: readFileSync(this.certificatePath) }, this.#forward);
    const plain = createServer((request, response) => {
      response.writeHead(308, { location: `https://${this.host}${request.url}` }).end();
    });
    this.#server = createSocketServer((socket) => {
      socket.once('data', (chunk: Buffer) => {
        socket.pause();
        socket.unshift(chunk);
        (chunk[0] === HANDSHAKE ? tls : plain).emit('connection', socket);
        process.nextTick(() => socket.resume());
      });
    });
  }

  /** @param directory is given a key, and a certificate for `localhost` */
  static async open(directory: string): Promise<TlsFront> {
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const files = ['-keyout', 'key.pem', '-out', 'certificate.pem'];
    const words = ['req', '-x509', '-days', '1', ...kind, ...name, ...files];
    await run('openssl', words, { cwd: directory });
    const front = new TlsFront(directory);
    front.host = `localhost:${await listen(front.#server)}`;
    return front;
  }

  close(): void {
    this.#server.close();
  }

  readonly #forward: RequestListener = ({ method, url, headers }, response) => {
    send(new URL(url ?? '/', this.target), { method, headers }, (answer) => {
      const { statusCode = 500 } = answer;
      // The scanner gives up on 400, which the page to unsubscribe is without the token of a mail.
      response.writeHead(statusCode === 400 ? 200 : statusCode, answer.headers);
      answer.pipe(response);
    }).end();
  };
}
