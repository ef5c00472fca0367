import type { IncomingHttpHeaders } from 'node:http';

/** As Node has them, or as the Fetch API does: Node's own `Headers`, or another library's. */
export type RequestHeaders = IncomingHttpHeaders | Pick<Headers, 'get'>;

/** A request of Node, Express, Nest, Fastify or the Fetch API. */
export interface HostRequest {
  readonly headers: RequestHeaders;
  readonly method?: string | undefined;
  /** The whole address, in the Fetch API. */
  readonly url?: string | undefined;
  /** What a framework knows that trusts its proxies. */
  readonly protocol?: string | undefined;
  readonly host?: string | undefined;
  readonly ip?: string | undefined;
  readonly socket?: { readonly remoteAddress?: string | undefined };
}

const READ = ['authorization', 'cookie', 'host', 'origin', 'sec-fetch-site', 'user-agent'] as const;

type ReadHeaders = Readonly<Partial<Record<(typeof READ)[number], string>>>;

/** What is read of a request, whatever library it is of. */
export interface ReadRequest {
  /** Undefined where only headers are given. */
  readonly method: string | undefined;
  readonly headers: ReadHeaders;
  /** Of the page that sends it, if it is one of our own. */
  readonly ownOrigin: string;
  /** As the framework knows it, by the proxies that it trusts. */
  readonly sourceAddress: string | undefined;
  readonly peerAddress: string;
}

export function readRequest(given: HostRequest | RequestHeaders): ReadRequest {
  const request = isRequest(given) ? given : { headers: given };
  const { method, ip, socket } = request;
  const { origin, host } = addressOf(request);
  const headers: ReadHeaders = { host, ...readHeaders(request.headers) };
  const peerAddress = ip ?? socket?.remoteAddress ?? '';
  return { method, headers, ownOrigin: origin, sourceAddress: ip, peerAddress };
}

/** A header of that name is a text. */
function isRequest(given: HostRequest | RequestHeaders): given is HostRequest {
  return 'headers' in given && typeof given.headers === 'object';
}

function readHeaders(headers: RequestHeaders): ReadHeaders {
  const pairs = READ.flatMap((name) => {
    const value = isFetchHeaders(headers) ? headers.get(name) : headers[name];
    return value === undefined || value === null ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pairs);
}

/** Each copy of a library, and each test environment, has a class `Headers` of its own. */
function isFetchHeaders(headers: RequestHeaders): headers is Pick<Headers, 'get'> {
  return typeof headers['get'] === 'function';
}

function addressOf(request: HostRequest): { readonly origin: string; readonly host: string } {
  const { headers, url = '', protocol, socket } = request;
  // Elsewhere, the url is what the client sent: a path.
  if (isFetchHeaders(headers) && URL.canParse(url)) {
    return new URL(url);
  }
  const host = request.host ?? readHeaders(headers).host ?? '';
  const scheme = protocol ?? (socket !== undefined && 'encrypted' in socket ? 'https' : 'http');
  return { origin: `${scheme}://${host}`, host };
}
