import type { OperationContext } from '@org/core';

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
  /**
   * Of accounts, among others, that it is about. Its answer is erased with any of them, and of those
   * in the answer. Default: none.
   */
  readonly ids?: readonly string[];
}

/** What a request was answered with. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The one request with its key that is carried out. Call `confirm` in each of its transactions, and
 * one of the others once, at its end.
 */
export interface RequestRun {
  /**
   * Stores, together with what the request changes, that it was carried out: nobody does it again
   * within 24 hours, whatever becomes of the answer. `context.withBeforeCommit(run.confirm)` has
   * every transaction call it.
   *
   * @throws IdempotencyKeyInFlightError if the request took so long that another one has its key;
   *   its transaction must not be committed then
   */
  readonly confirm: (transaction: OperationContext) => Promise<void>;
  /** Keeps the answer for 24 hours. */
  keep(answer: KeptAnswer): Promise<void>;
  /** After a refusal that changed nothing, forgets the key: the request can be sent again. */
  release(): Promise<void>;
  /** The same after a failure, unless the request was confirmed: what it changed may be stored. */
  abandon(): Promise<void>;
}

/** Either it is to be carried out, or that has been done. */
export type BegunRequest =
  | { readonly run: RequestRun; readonly answer?: undefined }
  | { readonly answer: KeptAnswer; readonly run?: undefined };
