/** A piece of work to be shown in a trace. Neither its name nor its attributes hold personal data. */
export interface NewSpan {
  /** One of few: kinds go into attributes. */
  readonly name: string;
  /** W3C `traceparent` of what caused the work, here or in another process. Default: nothing did. */
  readonly traceparent?: string | undefined;
  readonly attributes?: Readonly<Record<string, string | number>> | undefined;
}

/** Shows work in traces that go on in other processes. A program implements it, or none is shown. */
export interface Tracing {
  /** W3C `traceparent` of the span that is open here. Undefined: none is, or nothing is traced. */
  currentTraceparent(): string | undefined;
  /** Runs work in a span, which fails if the work does. */
  run<Result>(span: NewSpan, work: () => Promise<Result>): Promise<Result>;
  /**
   * Marks the span that is open here as failed, for work that settles its failure itself. Only the
   * error's class is shown, or a text that is given in its place.
   */
  fail(error: unknown): void;
}

export const noTracing: Tracing = {
  currentTraceparent: () => undefined,
  run: (_span, work) => work(),
  fail: () => undefined,
};
