/** The part of autocannon that is used here; it has no types of its own. */
declare module 'autocannon' {
  interface Options {
    readonly url: string;
    readonly connections: number;
    /** In seconds. */
    readonly duration: number;
    readonly headers: Readonly<Record<string, string>>;
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
