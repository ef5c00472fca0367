import type { OperationContext } from '@org/core';

/** Limits how many notices a mailbox receives and a source causes: see `ThrottleService`. */
export interface NoticeBudget {
  /**
   * Counts a notice, in the context's transaction.
   *
   * @param params.recipient e-mail address or E.164 number
   * @returns how long to hold back the notice, in milliseconds; 0: it may be sent
   */
  countNotice(params: { readonly recipient: string }, context: OperationContext): Promise<number>;
}

/** Holds nothing back. */
export const unlimitedNotices: NoticeBudget = { countNotice: () => Promise.resolve(0) };
