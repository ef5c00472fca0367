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

  interface Options {
    readonly url: string;
    readonly connections: number;
    /** In seconds; or so many requests. */
    readonly duration?: number;
    readonly amount?: number;
    /** Milliseconds between looks at the clock. */
    readonly sampleInt: number;
    readonly setupClient: (client: { setRequests(requests: autocannon.Request[]): void }) => void;
  }

  /** With its duration in seconds. */
  type Result = Readonly<Record<'duration' | 'errors' | 'timeouts' | 'non2xx', number>>;
  type Listener = (client: unknown, status: number, bytes: number, milliseconds: number) => void;

  const autocannon: (
    options: Options,
  ) => PromiseLike<Result> & { on(event: 'response', listener: Listener): unknown };
  export = autocannon;
}
