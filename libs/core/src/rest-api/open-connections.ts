import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * A server's connections, to close those that keep it from closing. Node itself takes a connection
 * for busy from its beginning, even if no request ever comes.
 */
export class OpenConnections {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #exchanges = new Set<Exchange>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => {
      const exchange = { request, response };
      this.#exchanges.add(exchange);
      response.once('close', () => this.#exchanges.delete(exchange));
    });
  }

  static observe(server: Server): OpenConnections {
    return new OpenConnections(server);
  }

  /** Closes those whose client has not sent anything yet. */
  closeSilent(): void {
    for (const socket of this.#sockets) {
      if (socket.bytesRead === 0) {
        socket.destroy();
      }
    }
  }

  /** Closes those on which no whole request is being answered; one that arrives gets 408. */
  closeArriving(): void {
    const whole = [...this.#exchanges].filter(({ request }) => request.complete);
    const answered = new Set(whole.map(({ request }) => request.socket));
    for (const socket of this.#sockets) {
      if (!answered.has(socket)) {
        this.#server.emit('clientError', overdue(), socket);
        socket.destroySoon();
      }
    }
  }
}

/** As Node has it for a request that takes too long. */
function overdue(): Error {
  const error = new Error('The server is stopping.');
  return Object.assign(error, { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
}
