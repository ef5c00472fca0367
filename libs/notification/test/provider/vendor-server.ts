import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

import type { VendorBehaviour } from '@org/notification/testing';

/** A request as the vendor got it. */
export interface VendorRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface VendorReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface VendorServer {
  readonly url: string;
  /** Those that it answered with success. */
  readonly accepted: VendorRequest[];
  readonly behave: (behaviour: VendorBehaviour | VendorReply) => void;
  readonly stop: () => Promise<void>;
}

type Replies = Readonly<Record<'accept' | 'refuse' | 'fail' | 'limit', VendorReply>>;

/** A local server that speaks a vendor's HTTP and behaves as it is told to. */
export async function startVendorServer(replies: Replies): Promise<VendorServer> {
  let behaviour: VendorBehaviour | VendorReply = 'accept';
  const accepted: VendorRequest[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    if (behaviour === 'hang') {
      return;
    }
    if (behaviour === 'drop') {
      request.socket.destroy();
      return;
    }
    const reply = typeof behaviour === 'string' ? replies[behaviour] : behaviour;
    if (reply.status < 300) {
      const { url: path = '', headers } = request;
      accepted.push({ path, headers, body: Buffer.concat(chunks) });
    }
    response.writeHead(reply.status, { ...reply.headers }).end(reply.body);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    accepted,
    behave: (next) => {
      behaviour = next;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
