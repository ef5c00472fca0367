/** A request that carries a key. */
export interface BeginParams {
  /** Whose keys are told apart, and counted: an account, or a source. */
  readonly sender: string;
  /** What is asked for: the same key means something else at another route. */
  readonly operation: string;
  /** As the client sent it. */
  readonly key: string;
  /** What has to be the same when the request is sent again. */
  readonly content: string;
}

/** What a request was answered with. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The one request with its key that is carried out. Call one of the two, once. */
export interface RequestRun {
  /** Keeps the answer for 24 hours. */
  keep(answer: KeptAnswer): Promise<void>;
  /** Forgets the key: the request can be sent again. */
  release(): Promise<void>;
}

/** Either it is to be carried out, or that has been done. */
export type BegunRequest =
  | { readonly run: RequestRun; readonly answer?: undefined }
  | { readonly answer: KeptAnswer; readonly run?: undefined };
