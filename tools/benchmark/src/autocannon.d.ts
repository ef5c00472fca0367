/** The part of autocannon that is used here; it has no types of its own. */
declare module 'autocannon' {
  namespace autocannon {
    interface Request {
      readonly method: string;
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
      /** Called for each request that is sent. */
      readonly setupRequest?: (request: Request) => Request;
    }
  }

  interface Client {
    setRequests(requests: autocannon.Request[]): void;
  }

  interface Options {
    readonly url: string;
    readonly connections: number;
    /** In seconds. */
    readonly duration?: number;
    /** Requests, instead of a duration. */
    readonly amount?: number;
    /** Milliseconds between looks at the clock. */
    readonly sampleInt: number;
    readonly setupClient: (client: Client) => void;
  }

  interface Result {
    /** In seconds. */
    readonly duration: number;
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
  }

  type OnResponse = (
    client: unknown,
    status: number,
    bytes: number,
    responseMilliseconds: number,
  ) => void;

  interface Run extends PromiseLike<Result> {
    on(event: 'response', listener: OnResponse): this;
  }

  const autocannon: (options: Options) => Run;
  export = autocannon;
}
